"""Code that runs in the page and judges it: contrasts, what sticks out, figures, accessibility."""

from playwright.sync_api import Page

OPEN_ALL = "document.querySelectorAll('details').forEach(details => { details.open = true })"
AT_ONCE = "*, ::before, ::after { transition: none !important }"  # what is measured stands still

# Colours as a reader sees them: text, whatever it is drawn with, against what is painted below it.
CONTRAST = """selector => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  const paint = layers => {
    pen.clearRect(0, 0, 1, 1)
    for (const layer of ["#fff", ...layers]) { pen.fillStyle = layer; pen.fillRect(0, 0, 1, 1) }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const light = rgb => rgb.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
  const low = {}
  let seen = 0
  for (const element of document.querySelectorAll(selector)) {
    if (!element.textContent.trim() || !element.getClientRects().length) continue
    const style = getComputedStyle(element), behind = []
    for (let up = element; up; up = up.parentElement) behind.unshift(getComputedStyle(up).backgroundColor)
    const back = paint(behind)
    const ink = paint([...behind, element instanceof SVGElement ? style.fill : style.color])
    const [high, dim] = [light(back), light(ink)].sort((a, b) => b - a)
    const ratio = (high + 0.05) / (dim + 0.05)
    seen += 1
    if (ratio < 4.5) low[`${element.textContent.trim().slice(0, 40)} ${ink} on ${back}`] = ratio.toFixed(2)
  }
  return { seen, low }
}"""

# Whatever reaches beyond the screen, unless it can be scrolled to inside an ancestor. A drawing cuts off what is in it
# (FIGURES looks there), and the box of a formula holds its parts.
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth, found = []
  if (document.documentElement.scrollWidth > width) found.push(`page: ${document.documentElement.scrollWidth} px`)
  for (const element of document.querySelectorAll("article :not(svg *, .katex *)")) {
    const box = element.getBoundingClientRect()
    if (!box.width || !box.height || (box.right <= width + 1 && box.left >= -1)) continue
    let up = element
    while (up && !["auto", "scroll"].includes(getComputedStyle(up).overflowX)) up = up.parentElement
    if (up) continue
    found.push(`${element.outerHTML.slice(0, 80)}: ${box.left} to ${box.right}`)
  }
  return found
}"""

# Figures inside the screen, their labels large enough to read and not cut off at the figure's edge.
FIGURES = """() => [...document.querySelectorAll("figure svg[role=img]")].flatMap(svg => {
  const box = svg.getBoundingClientRect(), name = svg.getAttribute("aria-label").slice(0, 30), found = []
  if (!name) found.push("a figure without a text alternative")
  if (box.width < 100 || box.height < 40) found.push(`${name}: ${box.width} by ${box.height}`)
  if (box.left < 0 || box.right > innerWidth) found.push(`${name}: ${box.left} to ${box.right}`)
  for (const text of svg.querySelectorAll("text")) {
    const matrix = text.getScreenCTM(), at = text.getBoundingClientRect()
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(matrix.a, matrix.b)
    if (size < 9) found.push(`${name}: "${text.textContent}" is ${size.toFixed(1)} px high`)
    if (at.left < box.left - 3 || at.right > box.right + 3 || at.top < box.top - 3 || at.bottom > box.bottom + 3)
      found.push(`${name}: "${text.textContent}" is cut off`)
  }
  return found
})"""

# Most elements are the words of the code and the signs of formulas, which are drawn beside what screen readers read.
# They have nothing to judge but colours, which CONTRAST does.
FLATTEN = """document.querySelectorAll("pre > code, .katex-html").forEach(
  element => { element.textContent = element.textContent })"""
_AXE = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.flatMap(rule =>
  rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 150)} ${node.any[0]?.message || ""}`))"""


def complaints(page: Page, axe: str) -> list[str]:
    """Return what axe-core, whose script is given, finds wrong with the page; code and formulas lose their parts."""
    page.evaluate(FLATTEN)
    page.evaluate(axe)
    return page.evaluate(_AXE)[:20]
