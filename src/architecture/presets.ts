import type { Architecture } from './architecture.ts';

/** The chip of the paper that this tool reproduces; the default. */
export const paper: Architecture = {
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
};

const isaac: Architecture = {
  name: 'isaac',
  description:
    'ISAAC-CE, one chip: 168 tiles of 12 IMAs of 8 crossbars, which makes 16128 PEs of 128 x 128. A 16-bit ' +
    'weight takes 8 columns of 2-bit cells; signs are a bias in the weights, not differential pairs. An ' +
    'MVM is 16 reads of one input bit, 100 ns each. Simplified: the column of every crossbar that sums up ' +
    'the inputs is not counted, and of the 22-cycle pipeline of a tile only the 16 reads, which repeat ' +
    'for every MVM, are time.',
  source:
    'A. Shafiee et al., ISAAC: A Convolutional Neural Network Accelerator with In-Situ Analog Arithmetic ' +
    'in Crossbars, ISCA 2016: encoding, pipeline and the table of parameters. Crossbars, bits and read time ' +
    'agree with the ISAAC-like model of the RAELLA authors (mit-emze/raella); the 168 tiles are quoted.',
  crossbarRows: 128,
  crossbarColumns: 128,
  weightBits: 16,
  cellBits: 2,
  differentialPairs: false,
  activationBits: 16,
  dacBits: 1,
  readLatencyNs: 100,
  pes: 168 * 12 * 8,
};

const puma: Architecture = {
  name: 'puma',
  description:
    'PUMA, one node: 138 tiles of 8 cores of 2 MVMUs, which makes 2208 PEs. A PE is an MVMU of 128 x 128 ' +
    'weights: 8 physical crossbars of 128 x 128 with 2-bit cells work together on 16-bit weights, and stand ' +
    'here as one of 128 rows and 8 x 128 columns. 2304 ns is (16 + 2) x 128 cycles at 1 GHz: 16 input ' +
    'bits and 2 more stages of the pipeline, 128 columns one after the other through an ADC. Simplified: ' +
    'all MVMUs work at the same time, and loads, stores and vector instructions cost no time.',
  source:
    'A. Ankit et al., PUMA: A Programmable Ultra-efficient Memristor-based Accelerator for Machine Learning ' +
    'Inference, ASPLOS 2019, arXiv 1901.10351. MVM latency: wiki of the authors’ puma-simulator, page ' +
    'PUMA-Core; bits and crossbar size: its configuration. The numbers of tiles, cores and MVMUs are quoted ' +
    'from the table of hardware characteristics without having been checked against it.',
  crossbarRows: 128,
  crossbarColumns: 8 * 128,
  weightBits: 16,
  cellBits: 2,
  differentialPairs: false,
  activationBits: 16,
  dacBits: 1,
  mvmLatencyNs: 2304,
  pes: 138 * 8 * 2,
};

const raella: Architecture = {
  name: 'raella',
  description:
    'RAELLA-like: crossbars of 512 x 512 2T2R cells, 8-bit weights in 3 columns. An MVM is 11 reads of ' +
    '100 ns, 3 of speculation and 8 of recovery. Simplified: RAELLA chooses the slicing for every layer, ' +
    'mostly 4, 2 and 2 bits, and cellBits 3 stands for the 3 columns that this takes; a 2T2R cell holds both ' +
    'signs in one column, hence no differential pairs; dacBits is the widest slice of an input. The ' +
    'number of PEs is open: the authors scale it to an area (their published model takes 32 tiles x 8 ' +
    'x 4 crossbars, pes 1024).',
  source:
    'T. Andrulis, J. Emer, V. Sze, RAELLA: Reforming the Arithmetic for Efficient, Low-Resolution, and ' +
    'Low-Loss Analog PIM: No Retraining Required!, ISCA 2023, arXiv 2304.07935; figures as in the authors’ ' +
    'model mit-emze/raella, workspace/models/raella/variables.yaml.',
  crossbarRows: 512,
  crossbarColumns: 512,
  weightBits: 8,
  cellBits: 3,
  differentialPairs: false,
  activationBits: 8,
  dacBits: 4,
  mvmLatencyNs: 1100,
};

/** Published architectures, the default first; `source` and `description` say where the numbers are from. */
export const architecturePresets: readonly Architecture[] = [paper, isaac, puma, raella];

/** The preset of this name, in upper or lower case; undefined where there is none. */
export function findPreset(name: string): Architecture | undefined {
  return architecturePresets.find((preset) => preset.name === name.toLowerCase());
}
