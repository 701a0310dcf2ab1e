/** Phase 4: what computes one task at a time takes the next of its queue, first come, first served. */

import { beginSharedTask } from './fetches';
import { beginGpeuTask } from './gpeu';
import { beginPortTask } from './off-chip-port';
import { inputSide, isGpeu, nextTask, sharedInput, sharedOutput, takeAsked } from './task-queues';
import { tileAt } from './tile';

/** What is idle takes the next task. */
export function beginTasks(): void {
  for (let resource = takeAsked(); resource >= 0; resource = takeAsked()) {
    const task = nextTask(resource);
    if (task === 0) continue;
    if (isGpeu(resource)) beginGpeuTask(tileAt(resource), task);
    else if (resource === sharedInput() || resource === sharedOutput())
      beginSharedTask(resource === sharedOutput(), task);
    else beginPortTask(resource === inputSide(), task);
  }
}
