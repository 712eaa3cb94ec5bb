import * as React from 'react';
import type {
  AttemptInfo,
  Outcome
} from '../../../labextension/src/api/_generated';
import { Bar } from '../../../labextension/src/review/bar';
import { ReviewModel } from '../../../labextension/src/review/model';
import {
  executedAt,
  ofAttempt,
  stepIn,
  tabPath
} from '../../../labextension/src/review/place';
import { when } from '../../../labextension/src/runs/words';
import { FakeApi } from '../fake-api';
import { aRun, FAILED_RUN, FakeReview, stepRun } from '../runs/fake-review';
import { draw, named, settled } from '../runs/screen';
import { told } from './told';

const REF = { dagId: 'churn', runId: 'r2' };

function attempt(number: number, state: Outcome['state']): AttemptInfo {
  const outcome: Outcome = {
    schema_version: 1,
    dag_id: 'churn',
    version: 'v-1',
    run_id: 'r2',
    step: 'train',
    map_index: -1,
    attempt: number,
    state,
    cause: state === 'success' ? 'ok' : 'cell_error',
    message: '',
    hint: '',
    cell: null,
    cell_index: null,
    line: null,
    ename: null,
    evalue: null,
    name: null,
    seconds: 1,
    queued_seconds: null,
    peak_memory: null,
    handoff_bytes: 0,
    cells: [],
    files: [],
    changes: [
      {
        path: 'model.bin',
        size: 2048,
        sha256: 'a',
        mode: null,
        modified: null,
        link: ''
      }
    ],
    metrics: { auc: 0.9 },
    warnings: [],
    learned: null,
    cached_from: null,
    node: null
  };
  return {
    step: 'train',
    map_index: -1,
    attempt: number,
    claimed: true,
    outcome,
    progress: null
  };
}

async function reviewed(review: FakeReview) {
  review.run = () => Promise.resolve(FAILED_RUN);
  const model = new ReviewModel({
    run: REF,
    api: new FakeApi(),
    review,
    interval: 60_000
  });
  model.cellsOf = step => [`${step}-1`, `${step}-2`];
  await model.refresh().catch(() => undefined);
  return model;
}

describe('the bar of a run', () => {
  it('says the cause, leads to cells, and offers what one does next', async () => {
    const model = await reviewed(new FakeReview());
    const { done, links } = told();
    const node = await draw(
      <Bar
        model={model}
        links={links}
        reveal={cell => done.push(`reveal ${cell}`)}
      />
    );
    expect(node.textContent).toMatch(
      /Failed .* at train, cell 31: KeyError: 'age'/
    );
    const press = (name: string) =>
      React.act(async () => named(node, name).click());
    await press('Go to the cell');
    await press('load, success, 1 s');
    await press('Repair from here…');
    await press('Debug');
    await press('Back to source');
    await press('All runs');
    expect(done).toEqual([
      'reveal c30',
      'reveal load-1',
      'repair r2 load',
      'debug r2 train',
      'source churn',
      'show churn r2'
    ]);
    expect(named(node, 'load, success, 1 s').ariaPressed ?? 'true').toBe(
      'true'
    );
    model.dispose();
  });

  it('shows what a step left, of the attempt that is chosen', async () => {
    const review = new FakeReview();
    review.runs = [0.9, 0.8].map((auc, index) =>
      aRun({
        runId: `r${2 - index}`,
        steps: [stepRun({ step: 'train', metrics: { auc } })]
      })
    );
    review.known = [attempt(2, 'success'), attempt(1, 'failed')];
    review.left = [
      {
        name: 'df',
        type: 'DataFrame',
        kind: 'frame',
        summary: '3 x 1 frame',
        shape: [3, 1],
        dtype: null,
        columns: [['age', 'int64']],
        head: [['41']],
        text: '',
        png: null,
        bytes: 24
      }
    ];
    const model = await reviewed(review);
    const { done, links } = told();
    const node = await draw(
      <Bar model={model} links={links} reveal={() => undefined} />
    );
    const press = (name: string) =>
      React.act(async () => named(node, name).click());
    await press('Values');
    await settled(() => node.textContent?.includes('3 x 1 frame') === true);
    expect(node.querySelector('.jp-Promote-frame td')?.textContent).toBe('41');
    await press('Log');
    await settled(() => node.textContent?.includes('the log') === true);
    await press('Files');
    expect(node.textContent).toContain('model.bin 2 KiB');
    expect(node.querySelector('a[download]')?.getAttribute('href')).toBe(
      '/file/train/2/model.bin'
    );
    await press('Copy model.bin beside the notebook');
    expect(node.textContent).toContain('Copied to models/model.bin.');
    await press('Metrics');
    await settled(() => node.querySelector('.jp-Promote-plot') !== null);
    expect(node.textContent).toContain('auc0.9');
    expect(
      node.querySelector('.jp-Promote-plot')?.getAttribute('aria-label')
    ).toBe('over 2 runs, from 0.8 to 0.9');
    expect(node.querySelectorAll('[data-shown="true"]').length).toBe(1);
    expect(node.textContent).toContain('Attempt 1: failed');
    expect(node.textContent).toContain('Attempt 2: passed');
    expect(model.attempt?.attempt).toBe(2);
    await React.act(async () => model.chooseAttempt(1));
    await press('Open its notebook');
    expect(done).toEqual(['open churn/r1/train.a1.ipynb']);
    model.dispose();
  });

  it('has the pipeline and the run in the name of its tab', () => {
    const at = '2026-01-02T03:04:05+00:00';
    const run = encodeURIComponent(`manual__${at}`);
    const moment = when(at).replace(/\//g, '-');
    expect(tabPath(`churn/${run}/whole.ipynb`)).toBe(
      `churn/${run}/churn · ${moment}.ipynb`
    );
    expect(tabPath(`churn/${run}/fit.ipynb`)).toBe(
      `churn/${run}/fit · churn · ${moment}.ipynb`
    );
    expect(tabPath('-trials/0a/whole.ipynb')).toBe('-trials/0a/whole.ipynb');
  });

  it('is over notebooks of runs only', () => {
    expect(executedAt('promote:churn/r%3A1/whole.ipynb')).toEqual({
      dagId: 'churn',
      runId: 'r:1',
      file: 'whole'
    });
    expect(executedAt('promote:-trials/0a/whole.ipynb')).toBeNull();
    expect(executedAt('churn/r1/whole.ipynb')).toBeNull();
    expect(
      executedAt(`promote:${tabPath('churn/r%3A1/fit.a2.ipynb')}`)
    ).toEqual({
      dagId: 'churn',
      runId: 'r:1',
      file: 'fit.a2'
    });
    expect(ofAttempt('a/b/fit.3.ipynb', 2)).toBe('a/b/fit.3.a2.ipynb');
    expect(stepIn('fit.3.a2')).toEqual({ name: 'fit [3]', attempt: 2 });
    expect(stepIn('fit.a1')).toEqual({ name: 'fit', attempt: 1 });
    expect(stepIn('fit')).toEqual({ name: 'fit', attempt: 0 });
  });
});
