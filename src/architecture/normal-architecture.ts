import { validate } from '../input/validate.ts';
import type { Architecture, LegalArchitecture } from './architecture.ts';
import { architectureSchema } from './architecture-schema.ts';
import { type Arithmetic, arithmeticOf } from './arithmetic.ts';
import { type CrossbarClass, type Crossbars, normalCrossbars } from './crossbar.ts';
import { cyclesOf, mvmLatencyNsOf } from './mvm-time.ts';
import { type NormalChip, normalChip } from './normal-chip.ts';
import { type Writing, writingOf } from './writing.ts';

/**
 * The normal form of an architecture: whatever way a file, a preset or code says it, everything is in one place, found
 * right and with its default.
 */
export class NormalArchitecture {
  /** What the user wrote, for reports. */
  readonly given: Architecture;
  /** What reports call it. */
  readonly name: string;
  /** Its crossbars by size. */
  readonly crossbars: Crossbars;
  /** Crossbar columns that hold one weight: `w` of spec.md section 3. */
  readonly columnsPerWeight: number;
  /** Bits of one input of an MVM. */
  readonly activationBits: number;
  /** How an MVM is computed. */
  readonly arithmetic: Arithmetic;
  /** Time from the start of an MVM to its result. */
  readonly mvmLatencyNs: number;
  /** Time between the starts of two MVMs of a PE, which is one cycle of a schedule; that of one MVM unless they overlap. */
  readonly mvmIntervalNs: number;
  /** Cycles of a schedule from the start of an MVM to its result: λ of spec.md section 4, 1 unless MVMs overlap. */
  readonly resultCycles: number;
  /** Time of one clock cycle; a cycle of a schedule where no clock is given. */
  readonly clockNs: number;
  /** Clock cycles from the start of an MVM to its result. */
  readonly mvmCycles: number;
  /** Clock cycles between the starts of two MVMs of a PE; 1 where no clock is given. */
  readonly mvmIntervalCycles: number;
  /** How weights are written; undefined where the architecture does not say how long that takes. */
  readonly writing: Writing | undefined;
  /** Tiles and what else a simulation needs. */
  readonly chip: NormalChip;

  /** @internal Of what `architectureSchema` found right; {@link normalArchitecture} asks it. */
  constructor(given: LegalArchitecture) {
    this.given = given;
    this.name = given.name;
    this.crossbars = normalCrossbars(given);
    const slices = Math.ceil(given.weightBits / given.cellBits);
    this.columnsPerWeight = given.differentialPairs ? 2 * slices : slices;
    this.activationBits = given.activationBits;
    this.arithmetic = arithmeticOf(given);
    this.mvmLatencyNs = mvmLatencyNsOf(given);
    this.mvmIntervalNs = given.mvmIntervalNs ?? this.mvmLatencyNs;
    this.resultCycles = cyclesOf(this.mvmLatencyNs, this.mvmIntervalNs);
    this.clockNs = given.chip?.clockNs ?? this.mvmIntervalNs;
    this.mvmCycles = cyclesOf(this.mvmLatencyNs, this.clockNs);
    this.mvmIntervalCycles = cyclesOf(this.mvmIntervalNs, this.clockNs);
    this.writing = writingOf(given, this.mvmIntervalNs);
    this.chip = normalChip(given.chip);
  }
}

/** An architecture as users describe it, or its normal form, which is not looked at again. */
export type AnyArchitecture = Architecture | NormalArchitecture;

/**
 * The normal form of an architecture. Of one that comes from code is demanded what is demanded of a file: it may be one
 * of ours with fields changed, or have never been one.
 *
 * @throws ClsaCimError of kind `usage` that names every field at fault, what was found and what is allowed.
 */
export function normalArchitecture(architecture: AnyArchitecture): NormalArchitecture {
  if (architecture instanceof NormalArchitecture) return architecture;
  return new NormalArchitecture(validate(architectureSchema, architecture, 'architecture', 'usage'));
}

/** Crossbar columns that hold one weight: `w` of spec.md section 3. */
export function columnsPerWeight(architecture: AnyArchitecture): number {
  return normalArchitecture(architecture).columnsPerWeight;
}

/** Time from the start of an MVM to its result, in nanoseconds. */
export function mvmLatencyNs(architecture: AnyArchitecture): number {
  return normalArchitecture(architecture).mvmLatencyNs;
}

/** Clock cycles from the start of an MVM to its result; 1 where no clock is given and MVMs do not overlap (docs/simulation.md section 1). */
export function mvmCycles(architecture: AnyArchitecture): number {
  return normalArchitecture(architecture).mvmCycles;
}

/** Time of one clock cycle in nanoseconds; a cycle of a schedule where no clock is given. */
export function clockNs(architecture: AnyArchitecture): number {
  return normalArchitecture(architecture).clockNs;
}

/**
 * The crossbars of a chip, a class for each size, in the order of the file. A chip whose crossbars are all alike has
 * one class, called `crossbar`. Figures that a class does not give are those of the chip.
 */
export function crossbarClasses(architecture: AnyArchitecture): readonly CrossbarClass[] {
  return normalArchitecture(architecture).crossbars.classes;
}
