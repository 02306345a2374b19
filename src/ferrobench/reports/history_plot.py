def write_history_plot(a,b): pass
