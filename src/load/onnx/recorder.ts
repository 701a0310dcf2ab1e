import { type Arrangement, isConstant } from '../../network/tensor.ts';
import type {
  Program,
  ProgramInput,
  ProgramOutput,
  ProgramStep,
  ProgramValue,
  StepLayer,
  ValueId,
} from '../program.ts';
import type { ElementType, TensorData } from './tensor-data.ts';
import type { Value } from './value.ts';

/** A node with what it reads and what it appended. */
type Recorded = Omit<ProgramStep, 'outputs' | 'layers'>;

/** Numbers of TensorProto.DataType. */
const FLOAT = 1;
const INT64 = 7;
const DOUBLE = 11;

const dataTypeOf: Readonly<Record<ElementType, number>> = { float32: FLOAT, integer: INT64, float64: DOUBLE };

/** Keeps what a file computes while it becomes a network. One run of the loader has one of its own. */
export class Recorder {
  readonly #steps: ProgramStep[] = [];
  readonly #inputs: ProgramInput[] = [];
  readonly #constants = new Map<ValueId, TensorData>();
  readonly #leftOut: string[] = [];
  readonly #otherLayers: StepLayer[] = [];
  #appended: StepLayer[] = [];
  #count = 0;

  /** A layer was appended to the network. */
  layer(layer: StepLayer): void {
    this.#appended.push(layer);
  }

  /** A tensor of the file. */
  constant(data: TensorData): ValueId {
    const id = this.#next();
    this.#constants.set(id, data);
    return id;
  }

  /** An input of the graph, which is a constant where it is a weight only, or empty. */
  input(described: Pick<ProgramInput, 'name' | 'dataType' | 'layer'>, value: Value): ValueId {
    const { name, dataType } = described;
    if (isConstant(value)) return this.constant({ name, dims: value.dims, dataType });
    const id = this.#next();
    this.#inputs.push({ ...described, ...arrangementOf(value), id, isConstant: false });
    return id;
  }

  /** A node begins: what was appended since the last one belongs to none. */
  begin(): void {
    this.#otherLayers.push(...this.#taken());
  }

  /** The node that began has these outputs, which have these names where they are tensors of the graph itself. */
  step(node: Recorded, outputs: readonly Value[], names: readonly string[]): readonly ValueId[] {
    const [first] = outputs;
    const data = first === undefined ? undefined : constantOf(node, first);
    if (data !== undefined) return [this.constant(data)];
    const values = outputs.map((value, i): ProgramValue => {
      const name = names[i] ? { name: names[i] } : {};
      const known = value.values === undefined ? {} : { values: value.values };
      return { ...arrangementOf(value), ...name, ...known, id: this.#next(), isConstant: isConstant(value) };
    });
    this.#steps.push({ ...node, outputs: values, layers: this.#taken() });
    return values.map(({ id }) => id);
  }

  /** A node was left out, for this reason. */
  leftOut(where: string, reason: string): void {
    this.#leftOut.push(`${where}: ${reason}`);
  }

  /** The program, of which these are the outputs. */
  finish(outputs: readonly ProgramOutput[], fileBatch: number): Program {
    this.begin();
    return {
      steps: this.#steps,
      inputs: this.#inputs,
      outputs,
      constants: this.#constants,
      otherLayers: this.#otherLayers,
      fileBatch,
      leftOut: this.#leftOut,
    };
  }

  #next(): ValueId {
    return this.#count++;
  }

  #taken(): StepLayer[] {
    const layers = this.#appended;
    this.#appended = [];
    return layers;
  }
}

/** The values of a node that holds a constant, or fills one; undefined for any other node. */
function constantOf({ key, attributes }: Recorded, output: Value): TensorData | undefined {
  if (key === 'ConstantOfShape') return filled(output.dims, attributes.get('value')?.tensor);
  if (key !== 'Constant') return undefined;
  const tensor = (attributes.get('value') ?? attributes.get('sparse_value'))?.tensor;
  if (tensor !== undefined) return tensor;
  const integers = attributes.get('value_ints')?.ints;
  const values = output.values ?? integers;
  // Texts have no values.
  if (values === undefined) return undefined;
  return { name: '', dims: output.dims, dataType: dataTypeOf[output.type ?? 'integer'], values };
}

function filled(dims: readonly number[], value: TensorData | undefined): TensorData | undefined {
  if (value === undefined) return { name: '', dims, dataType: FLOAT, fill: 0 };
  const fill = value.values?.[0];
  return fill === undefined ? undefined : { name: value.name, dims, dataType: value.dataType, fill };
}

/** What of a tensor says how it lies in an OFM. */
function arrangementOf({ dims, h, w, view }: Arrangement): Arrangement {
  return view === undefined ? { dims, h, w } : { dims, h, w, view };
}
