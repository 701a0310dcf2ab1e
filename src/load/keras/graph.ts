import { ClsaCimError } from '../../errors.ts';
import { place } from './layer-kind.ts';
import { isModel, type LayerDescription, type ModelDescription } from './model.ts';
import {
  type Application,
  NO_ARGUMENTS,
  readNode,
  references,
  type TensorReference,
  tensorsOf,
} from './nodes.ts';

/** One application of one layer of a Functional model. */
export interface Task {
  readonly layer: LayerDescription;
  readonly application: Application;
  /** The layer as messages name it. */
  readonly reader: string;
}

/** Finds the application that a reference means; `reader` is what refers to it, for messages. */
export type FindTask = (reference: TensorReference, reader: string) => Task;

/**
 * Finds the application that a reference means. A model in a model counts its applications from 1 where it
 * was built with inputs of its own (that was its first application), from 0 otherwise; the file does not
 * say which, but only one of them fits.
 */
function taskFinder(model: ModelDescription, tasks: ReadonlyMap<string, Task[]>, prefix: string): FindTask {
  const highest = new Map<string, number>();
  const all = [...tasks.values()].flat().flatMap(({ application }) => tensorsOf(application));
  for (const { layer, node } of [...all, ...references(model.outputLayers, 'output_layers')]) {
    highest.set(layer, Math.max(highest.get(layer) ?? 0, node));
  }
  return ({ layer, node }, reader) => {
    const candidates = tasks.get(layer);
    if (candidates === undefined) {
      throw new ClsaCimError(`${reader} reads from ${prefix}${layer}, which the model does not have`);
    }
    const counted = candidates[0] !== undefined && isModel(candidates[0].layer);
    const first = counted && highest.get(layer) === candidates.length ? 1 : 0;
    const task = candidates[node - first];
    if (task === undefined) {
      throw new ClsaCimError(
        `${reader} reads from application ${node} of ${prefix}${layer}, which has ${candidates.length}`,
      );
    }
    return task;
  };
}

/** The applications of a Functional model's layers. */
export interface Graph {
  /** Every one after all that it reads from, otherwise in the order of the file. */
  readonly order: readonly Task[];
  readonly find: FindTask;
}

/**
 * Reads who reads from whom in a Functional model.
 *
 * @param prefix names of the models around it, for messages
 * @throws ClsaCimError where a layer reads from one that is not there, or from itself
 */
export function readGraph(model: ModelDescription, prefix: string): Graph {
  const tasks = new Map(model.layers.map((layer) => [layer.name, readTasks(layer, prefix)]));
  const find = taskFinder(model, tasks, prefix);
  const order = new Set<Task>();
  for (const task of [...tasks.values()].flat()) appendAfterSources(task, find, order);
  return { order: [...order], find };
}

function readTasks(layer: LayerDescription, prefix: string): Task[] {
  const name = prefix + layer.name;
  const reader = `layer ${name}`;
  if (layer.className === 'InputLayer') return [{ layer, application: NO_ARGUMENTS, reader }];
  return layer.inboundNodes.map((node) => {
    return { layer, application: readNode(node, place({ ...layer, name })), reader };
  });
}

/** Appends to `order` all that `start` reads from, and then itself. No recursion: chains may be long. */
function appendAfterSources(start: Task, find: FindTask, order: Set<Task>): void {
  const waiting = new Set<Task>();
  const stack = [start];
  while (stack.length > 0) {
    const task = stack.at(-1)!;
    const missing = tensorsOf(task.application)
      .map((reference) => find(reference, task.reader))
      .filter((source) => !order.has(source));
    if (missing.length === 0) {
      order.add(task);
      stack.pop();
      continue;
    }
    waiting.add(task);
    if (missing.some((source) => waiting.has(source))) {
      throw new ClsaCimError(
        `${task.reader} reads from itself, maybe by way of other layers; a cycle cannot be scheduled`,
      );
    }
    for (const source of missing.reverse()) stack.push(source);
  }
}
