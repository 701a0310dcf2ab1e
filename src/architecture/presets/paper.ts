import { frozenCopy } from '../../input/user-function.ts';
import type { OneSizeArchitecture } from '../architecture.ts';

/** The chip of the paper that this tool reproduces; the default. */
export const paper = frozenCopy<OneSizeArchitecture>({
  name: 'paper',
  description:
    'The architecture of the CLSA-CIM case study: RRAM crossbars of 256 x 256, one cell per weight, the ' +
    'whole MVM one cycle of 1400 ns. The number of PEs is open: every network gets its minimum and what ' +
    'the user adds. The bit widths are nominal, chosen such that one cell holds one weight; with the MVM ' +
    'latency given, they change no result.',
  source:
    'R. Pelke et al., CLSA-CIM: A Cross-Layer Scheduling Approach for Computing-in-Memory Architectures, ' +
    'DATE 2024, arXiv 2401.07671, section on results (crossbar size and MVM latency).',
  crossbarRows: 256,
  crossbarColumns: 256,
  weightBits: 8,
  cellBits: 8,
  differentialPairs: false,
  activationBits: 8,
  dacBits: 8,
  mvmLatencyNs: 1400,
});
