import { integer } from '../../report/table.ts';
import { work } from '../work.ts';

/** How far the work is, while there is some, and a button that ends it. */
export function Working({ stop }: { readonly stop: string }) {
  const progress = work.progress.value;
  if (progress === undefined) return null;
  const { share, best } = progress;
  return (
    <div class="working">
      <progress aria-label="Progress" max="1" value={share} />
      <span>
        {Math.floor(share * 100)} %{best !== undefined && `, best so far ${integer(best)}`}
      </span>
      <button type="button" id="stop" onClick={() => (stop === 'Drop' ? work.drop() : work.stop())}>
        {stop}
      </button>
    </div>
  );
}
