import type { OneSizeArchitecture } from '../architecture/architecture.ts';
import { paper } from '../architecture/presets.ts';
import type { MappingOptions } from '../map/mapping.ts';

/**
 * The chip of the experiments on movement and buffers (docs/experiments.md): the crossbars of the paper, with as many
 * weights per tile and everything around them as in PUMA. `docs/examples/findings.yaml` is the same as a file.
 */
export const findingsChip: OneSizeArchitecture = {
  ...paper,
  name: 'findings',
  description:
    'The crossbars of the CLSA-CIM case study on a mesh of 16 x 16 tiles with routers, buffers and GPEUs, and a row ' +
    'of tiles more, the first of which has the port to the outside. A tile holds 4 PEs, which are as many weights as in ' +
    'a tile of PUMA (16 MVMUs of 128 x 128). Assumed, since nothing is published for such a chip: the mesh, one ' +
    'cycle per hop, one port per buffer, and the sizes of the buffers, the smallest powers of two in which row sets ' +
    'of all networks of the paper have their windows.',
  source:
    'Crossbars, 8 bits and 1400 ns: R. Pelke et al., CLSA-CIM, DATE 2024, arXiv 2401.07671. 1 GHz, links of 32 bits, ' +
    '8 vector lanes per tile and 6.4 GB/s to the outside: as in the preset puma. 256 bits per access of a ' +
    'buffer: as in the preset isaac.',
  pes: 16 * 16 * 4,
  chip: {
    clockNs: 1,
    meshRows: 17,
    meshColumns: 16,
    pesPerTile: 4,
    linkBitsPerCycle: 32,
    hopCycles: 1,
    inputBufferBytes: 128 * 1024,
    inputBufferPortBitsPerCycle: 256,
    outputBufferBytes: 64 * 1024,
    gpeuOperationsPerCycle: 8,
    offChipBitsPerCycle: 51,
    offChipTile: 16 * 16,
  },
};

/** Inferences in a row: enough for the interval between their ends to settle. */
export const FINDINGS_BATCH = 8;

/** Sets of the experiments: those that the figures of the paper agree with. */
export const FINDINGS_GRANULARITY = 'row';

/** How many PEs a network gets, and what for. */
export interface PeBudget {
  /** As the paper calls it: `none`, `wdup+32`; `all PEs` for the whole chip. */
  readonly setting: string;
  readonly options: MappingOptions;
}

/** No duplication. */
export const noDuplication: PeBudget = { setting: 'none', options: { extraPes: 0, duplication: 'none' } };

/** The largest budget of the paper. */
export const paperBudget: PeBudget = {
  setting: 'wdup+32',
  options: { extraPes: 32, duplication: 'greedy' },
};

/** Every PE of the chip holds a copy of something. */
export const allPes: PeBudget = { setting: 'all PEs', options: { duplication: 'greedy' } };
