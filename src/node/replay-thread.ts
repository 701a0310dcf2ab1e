/** What the second thread of an explanation runs. */
import { workerData } from 'node:worker_threads';
import { playLastRuns, type ThreadWork } from '../simulate/play/second-thread.ts';

playLastRuns(workerData as ThreadWork);
