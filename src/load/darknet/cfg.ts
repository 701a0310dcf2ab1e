import { ClsaCimError, type ErrorDetails } from '../../errors.ts';

/** Numbers beyond this are typing errors: Darknet itself keeps them as 32-bit integers. */
const MAX_INTEGER = 2 ** 31 - 1;

/** More layers than one section can sensibly read. */
const MAX_ITEMS = 10_000;

/** The value of one `key=value` line. */
interface Entry {
  readonly value: string;
  readonly line: number;
}

/** Limits and default of an integer that a section may hold. */
export interface IntegerOptions {
  /** The value where the key is absent; without it the key must be there. */
  readonly otherwise?: number;
  /** The smallest value that makes sense; 1 by default. */
  readonly min?: number;
}

/** One section of a .cfg file: `[kind]` and the `key=value` lines below it. Keys are parsed when asked for. */
export class Section {
  /** The name between the brackets, in lower case. */
  readonly kind: string;
  /** Line of the file that the section starts in, from 1. */
  readonly line: number;
  readonly #entries = new Map<string, Entry>();

  constructor(kind: string, line: number) {
    this.kind = kind;
    this.line = line;
  }

  /** Takes a line up. Of a key that is given twice the first value counts, as in Darknet. */
  add(key: string, value: string, line: number): void {
    if (!this.#entries.has(key)) this.#entries.set(key, { value, line });
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  text(key: string, otherwise: string): string {
    return this.#entries.get(key)?.value ?? otherwise;
  }

  /** @throws ClsaCimError naming the line where the value is no integer, or too small, or missing. */
  integer(key: string, o: IntegerOptions = {}): number {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      if (o.otherwise === undefined) throw this.error(`${key}= is missing`);
      return o.otherwise;
    }
    return this.#parse(key, entry, entry.value, o.min ?? 1);
  }

  /** A list of integers separated by commas. */
  integers(key: string): number[] {
    const entry = this.#entries.get(key);
    if (entry === undefined) throw this.error(`${key}= is missing`);
    // Darknet's own files end some lists with a comma.
    const items = entry.value.replace(/,\s*$/, '').split(',');
    if (items.length > MAX_ITEMS) throw this.error(`${key}= lists more than ${MAX_ITEMS} items`, entry.line);
    return items.map((item) => this.#parse(key, entry, item.trim(), -MAX_INTEGER));
  }

  /** An error of this section, or of one of its lines. */
  error(message: string, line = this.line, details?: ErrorDetails): ClsaCimError {
    return new ClsaCimError(`line ${line}, [${this.kind}]: ${message}`, 'input', details);
  }

  #parse(key: string, entry: Entry, text: string, min: number): number {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= MAX_INTEGER)) {
      const range = min < 0 ? '' : ` from ${min} to ${MAX_INTEGER}`;
      throw this.error(`${key}=${excerpt(entry.value)} must be an integer${range}`, entry.line);
    }
    return value;
  }
}

/**
 * Cuts a Darknet .cfg file into its sections.
 *
 * @throws ClsaCimError naming the first line that is neither a section, nor `key=value`, nor a comment.
 */
export function parseCfg(text: string): Section[] {
  const sections: Section[] = [];
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = index + 1;
    const content = raw.replace(/[#;].*$/, '').trim();
    if (content === '') return;
    const header = /^\[\s*([A-Za-z]\w*)\s*\]$/.exec(content);
    if (header !== null) {
      sections.push(new Section(header[1]!.toLowerCase(), line));
      return;
    }
    const equals = content.indexOf('=');
    const section = sections.at(-1);
    if (equals < 1 || section === undefined) {
      const wanted = section === undefined ? 'a section such as [net]' : '[section] or key=value';
      throw new ClsaCimError(`line ${line}: "${excerpt(content)}" is not ${wanted}`);
    }
    section.add(content.slice(0, equals).trim(), content.slice(equals + 1).trim(), line);
  });
  return sections;
}

/** The start of a text, short enough for one line of a message. */
function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
