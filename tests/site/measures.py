"""What browsers are asked of a page: labels on top of each other, bars beyond the edge, how fast and how still it comes."""

from __future__ import annotations

# Pairs of texts of one chart whose boxes overlap by more than a pixel, and texts beyond the chart's own box.
COLLISIONS = """() => {
  const found = [];
  for (const chart of document.querySelectorAll("figure svg, .sheet svg")) {
    const frame = chart.getBoundingClientRect();
    if (!frame.width) continue;
    const boxes = [...chart.querySelectorAll("text")].map((one) => [one.textContent, one.getBoundingClientRect()]).filter(([, box]) => box.width);
    boxes.forEach(([said, box], at) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1) found.push(`beyond: ${said}`);
      for (const [other, next] of boxes.slice(at + 1)) {
        const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
        const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
        if (across > 1 && down > 1.5 * frame.width / (chart.viewBox.baseVal.width || frame.width)) found.push(`${said} x ${other}`);
      }
    });
  }
  return found;
}"""

# Set before a page loads: keeps the largest paint (ms) and the sum of shifts.
WATCH = """
window.measured = { lcp: 0, cls: 0 };
new PerformanceObserver((list) => { for (const one of list.getEntries()) measured.lcp = Math.max(measured.lcp, one.startTime); }).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) measured.cls += one.value; }).observe({ type: "layout-shift", buffered: true });
"""
WIDTHS = (320, 360, 768, 1024, 1400, 2560)
LCP_MS, CLS = 1500, 0.1
