import type { Arrangement } from '../network/tensor.ts';
import type { Attribute } from './onnx/model.ts';
import type { TensorData } from './onnx/tensor-data.ts';

/** Number of a value of a {@link Program}; every tensor that is loaded has one of its own. */
export type ValueId = number;

/**
 * What a file computes, beside the network that says what of it waits for what: the nodes that were loaded, with
 * functions and the branches of `If` written out. Steps and layers are joined by the names of layers.
 */
export interface Program {
  /** The nodes that were loaded, each behind all that it reads. */
  readonly steps: readonly ProgramStep[];
  /** The inputs of the network. */
  readonly inputs: readonly ProgramInput[];
  /** The outputs of the graph that are loaded, in the order of the file. */
  readonly outputs: readonly ProgramOutput[];
  /** Tensors of the file, of `Constant` and of `ConstantOfShape`; without a payload where the file has none. */
  readonly constants: ReadonlyMap<ValueId, TensorData>;
  /** Layers that no step has appended: inputs, reshapes in front of outputs, what a node that was left out began. */
  readonly otherLayers: readonly StepLayer[];
  /** What the file says the batch is; shapes here have 1 in its place (spec.md section 2). */
  readonly fileBatch: number;
  /** Nodes that were left out, in words, each with the reason. */
  readonly leftOut: readonly string[];
}

/** A node of the file. */
export interface ProgramStep {
  /** Its operator as the tables of the loader have it: `Conv`, `com.microsoft:FusedConv`, `aten:add`. */
  readonly key: string;
  /** The operator's name in the file. */
  readonly op: string;
  /** The node's name, with those of the functions that it is in. */
  readonly name: string;
  /** The node in words: its name, operator, and where it stands in the file. */
  readonly where: string;
  /** Version of the operators of its domain. */
  readonly opset: number;
  /** Its attributes by name; those that refer to a caller's are replaced by them. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** What it reads; undefined for an operand that is left out. */
  readonly inputs: readonly (ValueId | undefined)[];
  /** What it computes. */
  readonly outputs: readonly ProgramValue[];
  /** The layers that it appended to the network, in order; none where it only renames or rearranges. */
  readonly layers: readonly StepLayer[];
}

/** A tensor with its place in an OFM: its dimensions, the batch as 1, and where H and W lie. */
export interface ProgramValue extends Arrangement {
  /** Its number. */
  readonly id: ValueId;
  /** Its name in the file, where it is a tensor of the graph itself: not of a function, nor of a branch. */
  readonly name?: string;
  /** True where it does not depend on the inputs of the network. */
  readonly isConstant: boolean;
  /** Its values in row-major order where the loader has computed them: small constants only. */
  readonly values?: readonly number[];
}

/** An input of the network. */
export interface ProgramInput extends ProgramValue {
  /** Its name in the file. */
  readonly name: string;
  /** Its element type, a number of TensorProto.DataType. */
  readonly dataType: number;
  /** Name of its layer. */
  readonly layer: string;
}

/** An output of the graph. */
export interface ProgramOutput {
  /** Its name in the file. */
  readonly name: string;
  /** The value that it is. */
  readonly id: ValueId;
}

/** A layer that a step has appended. Base layers keep their names when the network is finished; others may vanish. */
export interface StepLayer {
  /** Its name, which no other layer has. */
  readonly name: string;
  /** What it does, in one word. */
  readonly op: string;
  /** True where it has weights on crossbars. */
  readonly isBase: boolean;
  /** Its output as it was appended: how the values lie in its raw OFM. */
  readonly arrangement: Arrangement;
}
