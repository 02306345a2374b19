"""The command line: ``main``, then a module for each verb. Nothing heavy is imported before a verb is chosen."""
