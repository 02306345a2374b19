"""Measurements that are run by hand, and the corpora that they and the differential tests stand on."""
