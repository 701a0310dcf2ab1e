/** Events in the order in which they are played, and the tasks that make some of them. */
import { bySet, type SetOf } from './sets.ts';

/** Kinds of events, in the order in which phase 1 takes them (decision 2). */
const KINDS = [
  'COPY_DONE',
  'MVMS_DONE',
  'READ_DONE',
  'PARTIALS_DONE',
  'GPEU_DONE',
  'SENT',
  'ARRIVE',
  'ARRIVE_AT_PORT',
  'PORT_DONE',
  'MEMORY_DONE',
  'FETCHED',
  'ARRIVE_FETCHED',
  'WEIGHTS_MEMORY_DONE',
  'WEIGHTS_FETCHED',
  'WEIGHTS_ARRIVE',
  'WRITTEN',
] as const;

/** A value that comes back from off-chip memory, for a set that is sure to run then. */
export interface Fetch {
  readonly value: SetOf;
  readonly tiles: readonly number[];
  readonly bits: number;
}

/** Something that happens to a set. */
export interface Event extends SetOf {
  readonly time: number;
  readonly kind: (typeof KINDS)[number];
  readonly tile: number;
  /** The queue whose task this was: it is idle again. */
  readonly server?: Server;
  readonly fetch?: Fetch;
}

/** A GPEU, or one side of the off-chip port (decision 8). */
export interface Server {
  readonly queue: Task[];
  /** The tile whose GPEU it is. */
  readonly gpeuOf?: number;
  isBusy: boolean;
}

/** What a set asks a server for. */
export interface Task extends SetOf {
  readonly tile: number;
  readonly cycles: number;
  readonly done: Event['kind'];
  readonly asked: number;
  readonly fetch?: Fetch;
}

const byEvent = (a: Event, b: Event) =>
  a.time - b.time || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || bySet(a, b) || a.tile - b.tile;

/** The events to come, by time, kind, set and tile. */
export class Events {
  readonly #events: Event[] = [];

  /** When the next of them happens. */
  get nextTime(): number | undefined {
    return this.#events[0]?.time;
  }

  add(event: Event): void {
    const later = this.#events.findIndex((other) => byEvent(other, event) > 0);
    this.#events.splice(later < 0 ? this.#events.length : later, 0, event);
  }

  /** Takes all up to a cycle. */
  takeUntil(now: number): Event[] {
    const later = this.#events.findIndex(({ time }) => time > now);
    return this.#events.splice(0, later < 0 ? this.#events.length : later);
  }
}

/** GPEUs and the two sides of the off-chip port, each with the tasks that wait for it (decision 8). */
export class Servers {
  readonly gpeus: readonly Server[];
  readonly portIn: Server = { queue: [], isBusy: false };
  readonly portOut: Server = { queue: [], isBusy: false };
  /** The two sides of the shared buffer. */
  readonly sharedIn: Server = { queue: [], isBusy: false };
  readonly sharedOut: Server = { queue: [], isBusy: false };
  #newTasks: { readonly server: Server; readonly task: Task }[] = [];

  constructor(tiles: number) {
    this.gpeus = Array.from({ length: tiles }, (_, tile) => ({ queue: [], gpeuOf: tile, isBusy: false }));
  }

  /** Puts a task behind those that wait already, when the round's tasks are served. */
  ask(server: Server, task: Task): void {
    this.#newTasks.push({ server, task });
  }

  /** Lets every idle server begin its next task. */
  serve(begin: (server: Server, task: Task) => void): void {
    for (const { server, task } of this.#newTasks.sort((a, b) => bySet(a.task, b.task))) {
      server.queue.push(task);
    }
    this.#newTasks = [];
    for (const server of [...this.gpeus, this.portIn, this.portOut, this.sharedIn, this.sharedOut]) {
      if (server.isBusy) continue;
      const task = server.queue.shift();
      if (task === undefined) continue;
      server.isBusy = true;
      begin(server, task);
    }
  }
}
