// The page of evidence, made easier where scripts run: claims are filtered and sorted, tables sorted by their columns.
{
  const tools = document.querySelector(".evidence-tools"), list = document.querySelector(".proofs")
  const [filter, order, said] = ["input", "select", "output"].map(name => tools.querySelector(name))
  const claims = [...list.querySelectorAll(".proof")]
  const words = new Map(claims.map(one => [one, `${one.textContent} ${one.dataset.data}`.toLowerCase()]))
  const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true })

  const show = () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean)
    for (const one of claims) one.hidden = !wanted.every(word => words.get(one).includes(word))
    said.textContent = said.dataset.said.replace("{n}", claims.filter(one => !one.hidden).length)
  }
  const keys = { page: () => "", name: one => one.id, data: one => one.dataset.data || "~" } // as they came: by page
  const sort = () => {
    const key = keys[order.value]
    list.append(...[...claims].sort((a, b) => compare(key(a), key(b))))
  }
  // a mark on a page leads to its claim: it is not to be hidden by what was typed before
  const reveal = () => {
    const aim = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (!aim?.matches(".proof")) return
    if (aim.hidden) {
      filter.value = ""
      show()
      aim.scrollIntoView()
    }
    aim.querySelector("details").open = true
  }
  filter.addEventListener("input", show)
  order.addEventListener("change", sort)
  addEventListener("hashchange", reveal)
  show()
  reveal()

  for (const table of document.querySelectorAll(".sortable table")) {
    const heads = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows]
    const text = (row, place) => row.cells[place].textContent.trim()
    const number = (row, place) => Number.parseFloat(text(row, place)) // 1.2e-16 too; a dash is none, and stands last
    const sortBy = (place, sign) => {
      const numeric = place && rows.some(row => !Number.isNaN(number(row, place)))
      const differ = (a, b) => {
        if (!numeric) return compare(text(a, place), text(b, place)) * sign
        const [one, other] = [number(a, place), number(b, place)]
        return Number.isNaN(one) - Number.isNaN(other) || (one - other) * sign || 0
      }
      table.tBodies[0].append(...[...rows].sort(differ))
    }
    for (const [place, head] of heads.entries()) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent })
      head.replaceChildren(button)
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending"
        for (const other of heads) other.removeAttribute("aria-sort")
        head.setAttribute("aria-sort", descending ? "descending" : "ascending")
        sortBy(place, descending ? -1 : 1)
      })
    }
  }
}
