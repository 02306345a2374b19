// Draws the charts of the history page.
"use strict";

document.querySelectorAll("section[data-figures]").forEach((section, number) => {
  const figures = JSON.parse(document.getElementById(section.dataset.figures).textContent);
  section.querySelectorAll("figure.chart").forEach((figure, place) => {
    drawChart(figure, figures.charts[place], figures.details, `series-${number}`);
  });
});
