/** Links that only remember where they would lead. */
import type { ILabLinks } from '../../../labextension/src/runs/links';

export function told(): { done: string[]; links: ILabLinks } {
  const done: string[] = [];
  return {
    done,
    links: {
      open: path => done.push(`open ${path}`),
      debug: (run, step) => done.push(`debug ${run.runId} ${step.step}`),
      repair: (run, step, why = '') => {
        done.push(`repair ${run.runId} ${step}${why && `: ${why}`}`);
        return Promise.resolve(true);
      },
      compare: (run, other) => done.push(`compare ${run.runId} ${other}`),
      show: place => done.push(`show ${place.dagId} ${place.runId}`),
      source: dagId => done.push(`source ${dagId}`),
      apply: () => done.push('apply'),
      runToFailure: () => done.push('run to failure')
    }
  };
}
