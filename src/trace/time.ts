/** Writes a number of cycles as a time of the Trace Event Format: microseconds. */
export type TimeText = (cycles: number) => string;

/** Numbers of so many digits are written as they are by `String`, which gives 15 of them back. */
const MAX_EXACT = 1e15;
/** Numbers below have an exponent there. */
const LEAST_PLAIN = 1e-6;
/** Digits behind the point that a time gets at least where it has to be a picosecond longer. */
const PICOSECOND_DIGITS = 6;

/**
 * How cycles are written as microseconds: as the exact decimal number, such as `4.2` for 3 cycles of 1400 ns.
 *
 * Perfetto reads times as floating numbers, multiplies them by 1000 and cuts what is behind the point. A few times would
 * then be a nanosecond early, inside the slice before. They are written a picosecond longer.
 */
export function timeText(cycleNs: number): TimeText {
  const { digits, places } = decimal(cycleNs);
  const perNs = 10 ** places;
  const perMicrosecond = 1000 * perNs;
  return (cycles) => {
    const value = cycles * digits;
    if (value > MAX_EXACT) return exactText(BigInt(cycles) * BigInt(digits), places + 3);
    // The quotient is rounded as a reader rounds the number that is written.
    const time = value / perMicrosecond;
    if (Math.trunc(time * 1000) < Math.floor(value / perNs)) return longer(BigInt(value), places + 3);
    return time < LEAST_PLAIN ? exactText(BigInt(value), places + 3) : String(time);
  };
}

/** The shortest decimal number that a figure is written as: `digits` over 10 to the power of `places`. */
function decimal(figure: number): { digits: number; places: number } {
  const [mantissa = '', exponent = '0'] = String(figure).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = Number(whole + fraction);
  return places < 0 ? { digits: digits * 10 ** -places, places: 0 } : { digits, places };
}

/** A whole number with its last `places` digits behind the point, without zeros at the end. */
function exactText(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = digits.slice(0, -places);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The same, a picosecond longer. */
function longer(value: bigint, places: number): string {
  const more = Math.max(places, PICOSECOND_DIGITS);
  const exact = value * 10n ** BigInt(more - places);
  return exactText(exact + 10n ** BigInt(more - PICOSECOND_DIGITS), more);
}
