import type { Architecture } from '../../architecture/architecture.ts';
import { normalArchitecture } from '../../architecture/normal-architecture.ts';
import type { Network } from '../../network/network.ts';
import type { DetailedSchedule } from '../../schedule/schedule-result.ts';
import type { DetailedSimulation } from '../../simulate/index.ts';
import { timelineOfSchedule, timelineOfSimulation } from '../../verify/index.ts';
import type { RunToExecute } from './execute-run.ts';

/** A schedule that has kept its sets, to be executed. */
export function runOfSchedule(
  network: Network,
  architecture: Architecture,
  schedule: DetailedSchedule,
): RunToExecute {
  const told = toldOf(architecture, schedule);
  return {
    timeline: timelineOfSchedule(network, architecture, schedule),
    architecture,
    told: { of: 'schedule', ...told },
  };
}

/** A simulated run that has kept its sets and where copies are, to be executed. */
export function runOfSimulation(
  network: Network,
  architecture: Architecture,
  simulation: DetailedSimulation,
): RunToExecute {
  const told = toldOf(architecture, simulation);
  return {
    timeline: timelineOfSimulation(network, architecture, simulation),
    architecture,
    told: { of: 'simulation', ...told },
  };
}

function toldOf(architecture: Architecture, result: DetailedSchedule | DetailedSimulation) {
  const { scheduling, granularity, batch = 1, cycles, rounds } = result;
  const inRounds = rounds === undefined ? {} : { rounds: rounds.length };
  const { name } = normalArchitecture(architecture);
  return { architecture: name, scheduling, granularity, batch, cycles, ...inRounds };
}
