import type { Lowering, Lowerings } from '../step-context.ts';

/** The domains that QONNX, Brevitas and FINN have had. */
const domains = ['qonnx.custom_op.general', 'onnx.brevitas', 'brevitas.onnx', 'finn.custom_op.general', 'finn'];

/** A lowering under the name that an operator has in each of their domains. */
export function ofQonnx(name: string, lowering: Lowering): Lowerings {
  return Object.fromEntries(domains.map((domain) => [`${domain}:${name}`, lowering]));
}
