import { type Arithmetic, arithmeticOf } from '../architecture/arithmetic.ts';
import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import type { BaseOperation } from '../execute/base-operation.ts';
import { weightsOf } from '../execute/base-runner.ts';
import type { ConstantValues } from '../execute/constant-values.ts';
import type { Mapping } from '../map/mapping.ts';
import { baseLayers, type Network } from '../network/network.ts';
import { activationCode, givenActivationCode } from './activation-code.ts';
import type { ActivationRange } from './activation-range.ts';
import { type LayerBits, withBits } from './bits-file.ts';
import { givenActivation, givenWeights } from './given-codes.ts';
import type { LayerProductOptions } from './layer-product.ts';

/** Who says which numbers a code stands for: the file, or the values that there are. */
export type CodeOrigin = 'file' | 'values';

/** A layer as crossbars compute it. */
export interface LayerOnCrossbars {
  /** Its matrices, with all that their products need. */
  readonly product: LayerProductOptions;
  /** What is told of it. */
  readonly told: LayerCodes;
}

/** Bits of a layer, and where its codes come from. */
export interface LayerCodes {
  readonly weightBits: number;
  readonly activationBits: number;
  /** Undefined where sums are read exactly. */
  readonly adcBits: number | undefined;
  /** Whose codes the weights have: those of the file where it has quantised them, or such that the largest weight of a column is the greatest code. */
  readonly weightCode: CodeOrigin;
  /** Whose codes the inputs have: those of the file, or such that they reach over what was seen. */
  readonly activationCode: CodeOrigin;
}

/** What the layers of a network are on a chip: their bits, their crossbars, their codes. */
export class LayerArithmetic {
  readonly #architecture: AnyArchitecture;
  readonly #bits: ReadonlyMap<string, LayerBits>;
  readonly #percent: number;
  /** By name: bits of the file, and rows of the crossbars. */
  readonly #layers = new Map<string, { readonly bits: LayerBits; readonly crossbarRows: number }>();

  /**
   * @param bits Bits of layers, by name; those that are left out are the file's, or the chip's.
   * @param percent Codes of inputs that the file does not give reach over so many percent of the values that there were.
   */
  constructor(
    network: Network,
    architecture: AnyArchitecture,
    mapping: Pick<Mapping, 'layers'>,
    bits: ReadonlyMap<string, LayerBits> = new Map(),
    percent = 100,
  ) {
    this.#architecture = architecture;
    this.#bits = bits;
    this.#percent = percent;
    const { classes } = normalArchitecture(architecture).crossbars;
    const crossbars = new Map(mapping.layers.map(({ layer, crossbar }) => [layer, crossbar]));
    for (const layer of baseLayers(network)) {
      const { name, weightBits, activationBits } = layer;
      const ofFile = {
        ...(weightBits === undefined ? {} : { weightBits }),
        ...(activationBits === undefined ? {} : { activationBits }),
      };
      const crossbar = crossbars.get(network.layers.indexOf(layer)) ?? 0;
      this.#layers.set(name, { bits: ofFile, crossbarRows: classes[crossbar]!.crossbarRows });
    }
  }

  /**
   * A layer with the codes that the file gives, as far as its bits are those of the file, and else those of its values.
   *
   * @param range What it has read so far.
   */
  onCrossbars(operation: BaseOperation, constants: ConstantValues, range: ActivationRange): LayerOnCrossbars {
    const { layer, weights: matrix } = operation;
    const [ofInputs, ofWeights] = [givenActivation(operation, constants), givenWeights(operation, constants)];
    const arithmetic = this.#arithmeticOf(layer, {
      ...(ofInputs && { activationBits: ofInputs.bits }),
      ...(ofWeights && { weightBits: ofWeights.bits }),
    });
    const given = ofWeights?.bits === arithmetic.weightBits ? ofWeights : undefined;
    const isGiven = ofInputs?.bits === arithmetic.activationBits;
    const seen = this.#percent === 100 ? range.range : range.percentile(this.#percent);
    const activation = isGiven
      ? givenActivationCode(ofInputs, ofInputs.isSigned, arithmetic)
      : activationCode(seen, arithmetic);
    return {
      product: {
        ...{ matrix, arithmetic, activation, given },
        crossbarRows: this.#layers.get(layer)!.crossbarRows,
        weights: weightsOf(operation, constants),
      },
      told: {
        ...{ weightBits: arithmetic.weightBits, activationBits: arithmetic.activationBits },
        adcBits: arithmetic.adcBits,
        weightCode: given === undefined ? 'values' : 'file',
        activationCode: isGiven ? 'file' : 'values',
      },
    };
  }

  /** Bits of the file are the layer's own; those that the user gives come before them. */
  #arithmeticOf(layer: string, ofCodes: LayerBits): Arithmetic {
    const chip = arithmeticOf(normalArchitecture(this.#architecture).given);
    const ofFile = withBits(withBits(chip, this.#layers.get(layer)!.bits), ofCodes);
    return withBits(ofFile, this.#bits.get(layer));
  }
}
