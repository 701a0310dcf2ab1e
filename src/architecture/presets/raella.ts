import { frozenCopy } from '../../input/user-function.ts';
import type { OneSizeArchitecture } from '../architecture.ts';

/** RAELLA: crossbars of 512 x 512, as many as one likes. */
export const raella = frozenCopy<OneSizeArchitecture>({
  name: 'raella',
  description:
    'RAELLA-like: crossbars of 512 x 512 2T2R cells, 8-bit weights in 3 columns. An MVM is 11 reads of ' +
    '100 ns, 3 of speculation and 8 of recovery. Simplified: RAELLA chooses the slicing for every layer, ' +
    'mostly 4, 2 and 2 bits, and cellBits 3 stands for the 3 columns that this takes; a 2T2R cell holds both ' +
    'signs in one column, hence no differential pairs; dacBits is the widest slice of an input. The ' +
    'number of PEs is open: the authors scale it to an area (their published model takes 32 tiles x 8 ' +
    'x 4 crossbars, pes 1024). So is the network between tiles: add a mesh to simulate one. MVMs do not overlap: the ' +
    '11 reads take the crossbar all of the time. How long writing takes is not published; assumed is the time of PUMA ' +
    'for a row, 85.7 ns.',
  source:
    'T. Andrulis, J. Emer, V. Sze, RAELLA: Reforming the Arithmetic for Efficient, Low-Resolution, and ' +
    'Low-Loss Analog PIM: No Retraining Required!, ISCA 2023, arXiv 2304.07935; figures as in the authors’ ' +
    'model mit-emze/raella, workspace/models/raella/variables.yaml. Its eDRAM and its routers are those of ' +
    'ISAAC there (arch.yaml): 20.45 and 20.74 pJ for 256 bits. Time to write: constants of puma-simulator, 351 µs / 32 ' +
    'for 128 rows. Its ADCs have 7 bits (variables.yaml), and what they clip is read again; neither that nor how it centres weights is ' +
    'modelled, so adcBits is left out.',
  crossbarRows: 512,
  crossbarColumns: 512,
  weightBits: 8,
  cellBits: 3,
  differentialPairs: false,
  activationBits: 8,
  dacBits: 4,
  weightCoding: 'signed',
  mvmLatencyNs: 1100,
  rowWriteNs: 351_000 / 32 / 128,
  chip: {
    clockNs: 1,
    bufferReadEnergyPjPerBit: 20.45 / 256,
    bufferWriteEnergyPjPerBit: 20.45 / 256,
    hopEnergyPjPerBit: 20.74 / 256,
  },
});
