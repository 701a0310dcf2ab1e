/** `clsa-cim/queue`: workers for the sweeps that wait in a Redis. What it needs besides this package is loaded by the first call. */
export * from '../../errors.ts';
export { serveQueue, type WorkerOptions } from './serve-queue.ts';
