// Exact numbers as pairs of big integers, and money in whole pence.

// Reads what the forms take: 3, 2.5, 1,250, 40% or 22.2/37. Gives [top, bottom], or null.
export function parseExact(text) {
  const plain = text.replace(/[\s\u00a0%]/g, "").replace(/,(?=\d{3})/g, "");
  const match = /^(\d{0,15})(?:\.(\d{1,12}))?(?:\/(\d{1,15})(?:\.(\d{1,12}))?)?$/.exec(plain);
  if (!match || (!match[1] && !match[2])) return null;
  const [, whole, decimals = "", under, underDecimals = ""] = match;
  const top = BigInt(whole + decimals) * 10n ** BigInt(underDecimals.length);
  const bottom = (under ? BigInt(under + underDecimals) : 1n) * 10n ** BigInt(decimals.length);
  return bottom > 0n ? [top, bottom] : null;
}

function common(a, b) {
  return b ? common(b, a % b) : a;
}

// Scales exact weights to whole numbers in the same proportion.
export function toWhole(weights) {
  const scale = weights.reduce((all, [, bottom]) => (all * bottom) / common(all, bottom), 1n);
  return weights.map(([top, bottom]) => top * (scale / bottom));
}

// Largest remainder: cut each part to a penny, then give the pence left over one each to the
// largest remainders, the earlier listed first on a tie.
export function allocate(total, weights) {
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  const parts = weights.map((weight) => (total * weight) / sum);
  const rest = weights.map((weight, i) => [(total * weight) % sum, i]);
  rest.sort((a, b) => (a[0] === b[0] ? a[1] - b[1] : a[0] > b[0] ? -1 : 1));
  let spare = total - parts.reduce((all, part) => all + part, 0n);
  for (const [, i] of rest) {
    if (spare <= 0n) break;
    parts[i] += 1n;
    spare -= 1n;
  }
  return parts;
}

export function sterling(pence) {
  const pounds = (pence / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `£${pounds}.${(pence % 100n).toString().padStart(2, "0")}`;
}
