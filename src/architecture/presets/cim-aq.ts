import { frozenCopy } from '../../input/user-function.ts';
import type { OneSizeArchitecture } from '../architecture.ts';

/** CIM-AQ: RRAM crossbars of 256 x 256 that are written in the time of 5 MVMs. */
export const cimAq = frozenCopy<OneSizeArchitecture>({
  name: 'cim-aq',
  description:
    'The RRAM chip of CIM-AQ: crossbars of 256 x 256 cells of 4 bits, signs in pairs of columns, so that an 8-bit ' +
    'weight takes 4 columns. An MVM is 8 reads of one input bit, 1.4 µs each; writing a crossbar takes 56 µs. Their ' +
    'cost model counts writes and MVMs, and says nothing of how many crossbars there are nor of how many work at a time: ' +
    'the 512 PEs are assumed, and so is that all may be written at the same time. CIM-AQ chooses the bits of weights ' +
    'and inputs for every layer; here they are 8 for all. MVMs do not overlap: nothing is published on that.',
  source:
    'R. Pelke, J. Klein et al., Mixed-Precision Training and Compilation for RRAM-based Computing-in-Memory ' +
    'Accelerators, DATE 2026, arXiv 2601.21737. All figures but the number of PEs: the authors’ repository ' +
    'jmkle/cim-aq, lib/simulator/hardware_config.yaml, and how they are used in create_custom_latency_table.py.',
  crossbarRows: 256,
  crossbarColumns: 256,
  weightBits: 8,
  cellBits: 4,
  differentialPairs: true,
  activationBits: 8,
  dacBits: 1,
  readLatencyNs: 1400,
  peWriteNs: 56_000,
  pes: 512,
});
