import { describe, expect, test } from 'vitest';
import { mapEvenIfTooLarge } from '../../src/map/mapping.ts';
import { type Bits, NetworkBuilder } from '../../src/network/builder.ts';
import { dense } from '../../src/network/operators/index.ts';
import { readArchitecture } from '../../src/node/architecture.ts';
import { inspection, inspectionText } from '../../src/report/inspection.ts';
import { markdown } from '../../src/report/markdown.ts';

/** Two Dense layers with these bits. */
function inspect(...bits: Bits[]) {
  const b = new NetworkBuilder('test');
  let tensor = b.input('in', { dims: [1, 8], h: -1, w: -1 });
  bits.forEach((own, i) => {
    tensor = b.withBits(own, () => dense(b, `dense${i}`, tensor, { outputFeatures: 8, bias: true }));
  });
  const network = b.build();
  const architecture = readArchitecture('paper');
  return inspection(network, architecture, mapEvenIfTooLarge(network, architecture, { extraPes: 0 }));
}

describe('bits that a file quantises to', () => {
  test('are kept when the network is canonicalised, and printed where a layer has any', () => {
    const result = inspect({ weightBits: 4, activationBits: 8 }, { weightBits: 2 });
    const base = result.layers.filter(({ pes }) => pes !== undefined);
    expect(base).toMatchObject([{ weightBits: 4, activationBits: 8 }, { weightBits: 2 }]);
    expect(base[1]).not.toHaveProperty('activationBits');
    const text = markdown(inspectionText(result));
    expect(text).toMatch(/weights \| +weight bits \| +IFM bits \| +MVMs/);
    expect(text).toMatch(/\| dense0 +\|.*\| +4 \| +8 \|/);
  });

  test('have no columns where no layer has them', () => {
    const text = markdown(inspectionText(inspect({}, {})));
    expect(text).not.toContain('bits |');
    expect(markdown(inspectionText(inspect({}, { weightBits: 1 })))).not.toContain('IFM bits');
  });
});
