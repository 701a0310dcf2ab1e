/** Phase 4: what computes one task at a time takes the next of its queue, first come, first served. */

import { beginSharedTask } from './fetches';
import { beginGpeuTask } from './gpeu';
import { beginPortTask } from './off-chip-port';
import { hasAsked, inputSide, isGpeu, nextTask, sharedInput, sharedOutput, takeAsked } from './task-queues';
import { tileAt } from './tile';

/** What is idle takes the next task. */
export function beginTasks(): void {
  while (hasAsked()) {
    const resource = takeAsked();
    if (resource < 0) return;
    const task = nextTask(resource);
    if (task === 0) continue;
    if (isGpeu(resource)) beginGpeuTask(tileAt(resource), task);
    else if (resource === sharedInput() || resource === sharedOutput())
      beginSharedTask(resource === sharedOutput(), task);
    else beginPortTask(resource === inputSide(), task);
  }
}
