def write_history_plot(a, b):
    pass


def check_plot_path(a):
    pass
