import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Something that is loaded when it is first shown. */
export function Lazy({ load }: { readonly load: () => Promise<ComponentType> }) {
  const [state, setState] = useState<{ readonly Component?: ComponentType; readonly reason?: string }>({});
  useEffect(() => {
    load().then(
      (Component) => setState({ Component }),
      (error: unknown) => setState({ reason: String(error) }),
    );
  }, [load]);
  if (state.reason !== undefined) return <p class="failure">This part could not be loaded: {state.reason}</p>;
  return state.Component === undefined ? <p role="status">Loading …</p> : <state.Component />;
}
