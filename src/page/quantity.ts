/** Units of cells, with how many of the smallest each is. */
const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, x: 1, '%': 1, B: 1, cycles: 1, TOPS: 1, 'TOPS/W': 1 },
  ...{ pJ: 1, nJ: 1e3, µJ: 1e6, mJ: 1e9, J: 1e12 },
  ...{ ns: 1, µs: 1e3, ms: 1e6, s: 1e9 },
};
const QUANTITY = /^([+-]?[\d,]+(?:\.\d+)?(?:e[+-]?\d+)?) ?([^\d\s]*)$/;

/** What a cell says in the smallest unit of its kind, so that cells can be sorted; NaN where it is no quantity. */
export function quantityIn(text: string): number {
  const [, number = '', unit = ''] = QUANTITY.exec(text) ?? [];
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  return number === '' || factor === undefined ? Number.NaN : Number(number.replaceAll(',', '')) * factor;
}
