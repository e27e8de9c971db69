// Shows what each organisation would pay while numbers are typed. Whole pence by largest
// remainder, as the server divides: the page and the result must never differ by a penny.
import { allocate, parseExact, sterling, toWhole } from "./exact.js";

const WAIT_BEFORE_SAYING = 900;

function labelOf(input) {
  return input.labels?.[0]?.textContent.trim() ?? input.value;
}

function readWeights(form) {
  const inputs = [...form.querySelectorAll('input[type="text"][name^="weights-"]')];
  return inputs.map((input) => ({ name: labelOf(input), weight: parseExact(input.value) }));
}

function readTicked(form) {
  const boxes = [...form.querySelectorAll('input[type="checkbox"][name="parties"]')];
  return boxes.map((box) => ({ name: labelOf(box), weight: [box.checked ? 1n : 0n, 1n] }));
}

// A formula: each factor's weight times the organisation's part of the factor, kept exact.
function readFactors(form) {
  const sums = new Map();
  for (const weightInput of form.querySelectorAll('input[name^="factors-"][name$="-weight"]')) {
    const start = weightInput.name.replace(/-weight$/, "-values-");
    const values = [...form.querySelectorAll("input")].filter((i) => i.name.startsWith(start));
    const weight = parseExact(weightInput.value);
    const whole = toWhole(values.map((input) => parseExact(input.value) ?? [0n, 1n]));
    const total = whole.reduce((sum, value) => sum + value, 0n);
    values.forEach((input, i) => {
      const id = input.name.slice(start.length);
      const known = sums.get(id) ?? { name: labelOf(input), weight: [0n, 1n] };
      if (weight && total > 0n) {
        const [top, bottom] = known.weight;
        const [a, b] = [weight[0] * whole[i], weight[1] * total];
        known.weight = [top * b + a * bottom, bottom * b];
      }
      sums.set(id, known);
    });
  }
  return [...sums.values()];
}

function read(form, basis) {
  if (basis === "equal") return readTicked(form);
  return basis === "weighted" ? readFactors(form) : readWeights(form);
}

function shareText(weight, sum) {
  const tenths = (weight * 2000n + sum) / (2n * sum);
  return `${tenths / 10n}.${tenths % 10n}%`;
}

function cell(row, kind, text, extra = "") {
  const made = document.createElement(kind);
  made.className = `govuk-table__${kind === "th" ? "header" : "cell"}${extra}`;
  if (kind === "th") made.scope = "row";
  made.textContent = text;
  row.append(made);
}

function draw(rows) {
  const table = document.createElement("table");
  table.className = "govuk-table cb-table";
  for (const { name, part, sum } of rows) {
    const row = table.insertRow();
    row.className = "govuk-table__row";
    cell(row, "th", name);
    cell(row, "td", part, " govuk-table__cell--numeric");
    if (sum) cell(row, "td", sum, " govuk-table__cell--numeric");
  }
  return table;
}

function work(form, basis, total) {
  const found = read(form, basis).map((one) => ({ ...one, weight: one.weight ?? [0n, 1n] }));
  if (!found.length) return [];
  const whole = toWhole(found.map((one) => one.weight));
  const sum = whole.reduce((all, weight) => all + weight, 0n);
  if (sum <= 0n) return [];
  const parts = total > 0n ? allocate(total, whole) : [];
  return found.map(({ name }, i) => ({
    name,
    part: shareText(whole[i], sum),
    sum: parts.length ? sterling(parts[i]) : "",
  }));
}

export function splitPreview(box) {
  const form = box.closest("form");
  const target = box.querySelector("[data-split-rows]");
  const status = box.querySelector("[data-split-said]");
  if (!form || !target) return;
  const total = BigInt(box.dataset.total || "0");
  let timer;

  function show() {
    const rows = work(form, box.dataset.basis, total);
    box.hidden = rows.length === 0;
    target.replaceChildren(...(rows.length ? [draw(rows)] : []));
    clearTimeout(timer);
    const words = rows.map(({ name, part, sum }) => `${name} ${sum || part}`).join(", ");
    timer = setTimeout(() => {
      if (status) status.textContent = words;
    }, WAIT_BEFORE_SAYING);
  }

  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}
