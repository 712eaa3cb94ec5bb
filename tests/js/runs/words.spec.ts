import { nullTranslator } from '@jupyterlab/translation';
import {
  gridRows,
  moved
} from '../../../labextension/src/pipelines-page/grid-rows';
import {
  heights,
  metricsOf,
  valueOf
} from '../../../labextension/src/pipelines-page/measures';
import { linkTo, placeIn } from '../../../labextension/src/runs/place';
import {
  attemptWord,
  beganAt,
  failure,
  lasted,
  origin,
  when,
  worst
} from '../../../labextension/src/runs/words';
import type { ShownState } from '../../../labextension/src/tokens';
import { momentIn } from '../../../labextension/src/pipelines-page/zones';
import { aRun, FAILED_RUN, stepRun } from './fake-review';

const trans = nullTranslator.load('test');
const NOW = new Date('2026-11-21T12:00:00Z');

describe('a run in words', () => {
  it('says where and why it failed', () => {
    expect(failure(trans, FAILED_RUN, NOW)).toMatch(
      /^Failed .* at train, cell 31: KeyError: 'age'$/
    );
    expect(lasted(FAILED_RUN)).toBe('14 min');
  });

  it('tells of a repair, which took its own time and left the start as it was', () => {
    const run = aRun({
      started: '2026-11-20T02:00:00Z',
      resumed: '2026-11-21T02:13:00Z'
    });
    expect(origin(trans, run)).toBe(
      `version 3, repaired ${when(run.resumed)}, 1 min, started by ana`
    );
    expect(origin(trans, aRun())).toBe('version 3, 14 min, started by ana');
  });

  it('names the past date that it was started for', () => {
    const run = aRun({ kind: 'backfill', logicalDate: '2026-10-02T02:00:00Z' });
    expect(beganAt(trans, run)).toBe(
      `${when(run.started)}, for ${when(run.logicalDate)}`
    );
    expect(beganAt(trans, aRun())).toBe(when(aRun().started));
  });

  it('says how the last of several attempts ended', () => {
    const word = (state: ShownState, attempts: number): string =>
      attemptWord(trans, stepRun({ step: 'fit', state, attempts }));
    expect(word('success', 2)).toBe('passed on attempt 2');
    expect(word('failed', 3)).toBe('failed on attempt 3');
    expect(word('running', 2)).toBe('attempt 2');
    expect(word('success', 1)).toBe('');
    const second = stepRun({ step: 'fit', attempts: 2, possible: 3 });
    expect(attemptWord(trans, second)).toBe('passed on attempt 2 of 3');
  });

  it('counts by the worst item of a mapped step', () => {
    const items = [
      stepRun({ step: 'fit', mapIndex: 0 }),
      stepRun({ step: 'fit', mapIndex: 1, state: 'failed' })
    ];
    expect(worst(items)?.mapIndex).toBe(1);
    expect(worst([])).toBeNull();
  });
});

describe('the run grid', () => {
  it('has a row for each step, also for one of the past', () => {
    const runs = [
      aRun({ steps: [stepRun({ step: 'old' }), stepRun({ step: 'load' })] }),
      aRun({ steps: [stepRun({ step: 'load' }), stepRun({ step: 'load' })] })
    ];
    const rows = gridRows(runs, ['load', 'train']);
    expect(rows.map(row => row.name)).toEqual(['load', 'train', 'old']);
    expect(rows[0]?.cells.map(cell => cell.items)).toEqual([1, 2]);
    expect(rows[1]?.cells.map(cell => cell.step)).toEqual([null, null]);
  });

  it('is walked with the arrow keys and never left by them', () => {
    const size = [3, 2] as const;
    expect(moved('ArrowDown', [0, 0], size)).toEqual([1, 0]);
    expect(moved('ArrowDown', [2, 0], size)).toEqual([2, 0]);
    expect(moved('ArrowLeft', [1, 0], size)).toEqual([1, 0]);
    expect(moved('End', [1, 0], size)).toEqual([1, 1]);
    expect(moved('Tab', [1, 0], size)).toBeNull();
  });
});

describe('what is drawn over runs', () => {
  const run = aRun({
    steps: [stepRun({ step: 'train', metrics: { 'auc.test': 0.9 } })]
  });

  it('is the duration or a metric of a step', () => {
    expect(metricsOf([run])).toEqual(['train.auc.test']);
    expect(valueOf(run, 'train.auc.test', NOW)).toBe(0.9);
    expect(valueOf(run, 'train.loss', NOW)).toBeNull();
    expect(valueOf(run, 'duration', NOW)).toBe(840);
    expect(valueOf(aRun({ ended: null }), 'duration', NOW)).toBe(36_000);
  });

  it('has zero in its scale', () => {
    expect(heights([2, 4, null])).toEqual([0.5, 1, null]);
    expect(heights([-1, 1])).toEqual([0, 1]);
    expect(heights([])).toEqual([]);
  });
});

describe('a link', () => {
  it('leads back to the run that it was made for', () => {
    const place = {
      dagId: 'churn',
      runId: 'manual__2026-11-21T02:00:00+00:00'
    };
    const link = new URL(linkTo('http://hub/user/a/lab', place));
    expect(placeIn(link.search)).toEqual(place);
    const again = encodeURIComponent(decodeURIComponent(link.search.slice(9)));
    expect(placeIn(`?reset&promote=${again}`)).toEqual(place);
    expect(placeIn('?promote=churn')).toEqual({ dagId: 'churn', runId: '' });
    expect(placeIn('?reset')).toBeNull();
  });
});

describe('a day of a timezone', () => {
  it('begins when its clocks say so', () => {
    const at = (day: string, zone: string) =>
      momentIn(`${day}T00:00:00`, zone).toISOString();
    expect(at('2026-07-01', 'Europe/Berlin')).toBe('2026-06-30T22:00:00.000Z');
    expect(at('2026-10-25', 'Europe/Berlin')).toBe('2026-10-24T22:00:00.000Z');
    expect(at('2026-10-26', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
    expect(at('2026-07-01', 'UTC')).toBe('2026-07-01T00:00:00.000Z');
  });
});
