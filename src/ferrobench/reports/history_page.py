def write_history_page(a, b):
    pass
