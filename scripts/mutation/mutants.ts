/** A change of the source that no test of its folder noticed. */
export interface Survivor {
  /** Path from the root. */
  readonly file: string;
  /** The line that it begins in, without the spaces around: lines move, their text seldom. */
  readonly line: string;
  /** What Stryker calls the change. */
  readonly mutator: string;
  /** What stood there, cut where it is long. */
  readonly original: string;
  /** What stood there instead, cut where it is long. */
  readonly replacement: string;
}

/** What became of the mutants of a folder. */
export interface Tally {
  /** All that there are. */
  readonly mutants: number;
  /** A test failed. */
  readonly killed: number;
  /** A test did not end. */
  readonly timedOut: number;
  /** No test failed, or none ran there; the wording of messages aside. */
  readonly survived: number;
  /** Texts for people that were changed, of which nobody noticed. */
  readonly wording: number;
  /** Run only while a file is loaded, and not tried. */
  readonly untried: number;
}

/** The part of a result of Stryker that is read here. */
export interface TriedMutant {
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement: string;
  readonly status: string;
  /** Lines and columns of both ends, from 1 on, as Stryker's reports have them. */
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Characters of a text that are kept; what is longer is a whole block. */
const LONGEST = 100;

/** A text on one line, cut. */
export function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** The mutant as survivors are written down. */
export function describeMutant(mutant: TriedMutant, file: string, source: string): Survivor {
  const lines = source.split('\n');
  const { start, end } = mutant.location;
  const within = lines.slice(start.line - 1, end.line);
  within[within.length - 1] = within.at(-1)!.slice(0, end.column - 1);
  within[0] = within[0]!.slice(start.column - 1);
  return {
    file,
    line: brief(lines[start.line - 1]!),
    mutator: mutant.mutatorName,
    original: brief(within.join('\n')),
    replacement: brief(mutant.replacement),
  };
}

/** Share of the mutants that were tried and are no wording, in percent, of which a test noticed. */
export function percentKilled({ mutants, killed, timedOut, wording, untried }: Tally): number {
  return (100 * (killed + timedOut)) / (mutants - wording - untried);
}

/** Whether a mutant changes nothing but a text for people: texts that the program itself reads have no spaces. */
export function isWording({ mutator, original }: Survivor): boolean {
  return mutator === 'StringLiteral' && /\s/.test(original.replaceAll(/\$\{[^}]*\}/g, ''));
}
