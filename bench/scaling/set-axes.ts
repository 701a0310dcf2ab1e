import type { AnyArchitecture } from '../../src/architecture/normal-architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { baseLayers, mvms } from '../../src/network/network.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import type { Axis } from './axis.ts';
import { meshOf } from './chip.ts';

const NETWORK = 'yolov3';
const EXTRA_PES = 32;

/** Sides of square images; each has about three times as many pixels as the one before. The last one has 10^8 sets. */
const SIDES = [32, 64, 96, 192, 352, 640, 1120, 1984, 3520, 6336];

/** The work on YOLOv3 at pixel sets, over the side of the image. */
function overImages(work: (network: ReturnType<typeof zooNetwork>) => void): Axis['prepare'] {
  return (side) => {
    const network = zooNetwork(NETWORK, { dims: { height: side, width: side } });
    const count = baseLayers(network).reduce((sum, layer) => sum + mvms(layer), 0);
    return { count, run: () => work(network) };
  };
}

function simulated(architecture: AnyArchitecture): Axis['prepare'] {
  return overImages((network) => {
    simulate(network, architecture, { extraPes: EXTRA_PES });
  });
}

/** Work over the number of sets, by the size of the image. */
export const setAxes: readonly Axis[] = [
  {
    name: 'schedule-sets',
    unit: 'sets',
    does: 'YOLOv3 at pixel sets, 32 PEs beyond its minimum, from the network to all metrics',
    sizes: SIDES,
    quickSizes: SIDES.slice(0, 2),
    prepare: overImages((network) => void schedule(network, paper, { extraPes: EXTRA_PES })),
  },
  {
    name: 'simulate-sets',
    unit: 'sets',
    does: 'the same simulated, on a chip where movement is free',
    sizes: SIDES.slice(0, -3),
    quickSizes: SIDES.slice(0, 2),
    prepare: simulated(paper),
  },
  {
    name: 'simulate-sets-mesh',
    unit: 'sets',
    does: 'the same on a mesh of tiles of 8 PEs, with links and GPEUs',
    sizes: SIDES.slice(0, -2),
    quickSizes: SIDES.slice(0, 2),
    prepare: simulated(meshOf(1024)),
  },
];
