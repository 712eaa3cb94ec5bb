/** What a step left, and how each part of it is asked for. */
import type { Preview, Run } from '../api/_generated';
import type { IReviewApi, IStepRef } from '../runs/tokens';

/** What is shown of a step. */
export type Facet = 'values' | 'log' | 'files' | 'metrics';

/** What was loaded; null where it was not asked for or is on its way. */
export interface IFacets {
  readonly previews: readonly Preview[] | null;
  readonly log: string | null;
  /** The last runs of the pipeline, newest first. */
  readonly runs: readonly Run[] | null;
}

export const NOTHING: IFacets = { previews: null, log: null, runs: null };
const PLOTTED_RUNS = 25;

/** Ask for what a facet needs; the files stand in the attempt's outcome. */
export async function facetsOf(
  place: IStepRef,
  facet: Facet,
  review: IReviewApi
): Promise<IFacets> {
  switch (facet) {
    case 'values':
      return { ...NOTHING, previews: await review.previews(place) };
    case 'log':
      return { ...NOTHING, log: await review.log(place) };
    case 'metrics': {
      const wish = { limit: PLOTTED_RUNS, offset: 0, states: [], kinds: [] };
      const { runs } = await review.runPage(place.dagId, wish);
      return { ...NOTHING, runs };
    }
    case 'files':
      return NOTHING;
  }
}
