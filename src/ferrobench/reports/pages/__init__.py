"""Pages that work offline: one HTML file with its styles, scripts and figures, which asks nobody for anything."""

from ferrobench.reports.pages.page import Page, chart_assets, render_page, write_page

__all__ = ["Page", "chart_assets", "render_page", "write_page"]
