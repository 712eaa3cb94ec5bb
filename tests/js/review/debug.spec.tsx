import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import type { ComparedCell } from '../../../labextension/src/api/_generated';
import {
  CompareModel,
  ComparePage,
  CompareView
} from '../../../labextension/src/review/compare';
import { CopyView } from '../../../labextension/src/review/copy';
import { debugStep, PlanView } from '../../../labextension/src/review/debug';
import { originOf } from '../../../labextension/src/review/origin';
import { momentOf } from '../../../labextension/src/review/place';
import { FakeReview } from '../runs/fake-review';
import { draw, named, settled } from '../runs/screen';
import { told } from './told';

const REF = { dagId: 'churn', runId: 'r2' };
const trans = nullTranslator.load('test');

describe('a comparison', () => {
  it('has the pipeline and the run in the name of its tab', () => {
    const runId = 'manual__2026-01-02T03:04:05+00:00';
    const view = new CompareView({
      model: new CompareModel({ dagId: 'churn', runId }, new FakeReview()),
      translator: nullTranslator,
      open: () => undefined
    });
    expect(view.title.label).toBe(`Compare churn · ${momentOf(runId)}`);
    view.dispose();
  });

  it('names each cell that differs and shows what came and went', async () => {
    const review = new FakeReview();
    const cell: ComparedCell = {
      cell: 'c4',
      index: 4,
      step: 'train',
      kind: 'changed',
      source: '',
      outputs: '@@ -1 +1 @@\n-sum 2\n+sum 5',
      picture: 'AAAA',
      otherPicture: ''
    };
    review.comparison = {
      ...review.comparison,
      cells: [cell],
      changes: ['train: 2 CPU -> 4 CPU']
    };
    const model = new CompareModel(REF, review);
    await model.with('success');
    const node = await draw(
      <ComparePage model={model} open={() => undefined} />
    );
    const text = node.textContent ?? '';
    for (const part of [
      'Changed: cell 5 of train',
      'came: +sum 5',
      'went: -sum 2',
      'train: 2 CPU -> 4 CPU',
      '1 cell differs, 4 code cells are equal.'
    ]) {
      expect(text).toContain(part);
    }
    review.refusal = new Error('There is no earlier run.');
    await React.act(() => model.with('weekday'));
    expect(node.textContent).toContain('There is no earlier run.');
    expect(review.asked).toEqual(['compare r2 success', 'compare r2 weekday']);
  });
});

describe('debugging', () => {
  it('asks for trust only in what others made', async () => {
    const plan = await new FakeReview().debug(step, false);
    const said = async (own: boolean): Promise<string> =>
      (await draw(<PlanView plan={{ ...plan, own }} trans={trans} />))
        .textContent ?? '';
    expect(await said(false)).toContain('only if you trust');
    expect(await said(true)).not.toContain('trust');
  });

  const step = { ...REF, step: 'train', mapIndex: -1 };

  it('says what would be loaded before anything is written', async () => {
    const review = new FakeReview();
    const plan = await review.debug(step, false);
    const node = await draw(<PlanView plan={plan} trans={trans} />);
    for (const part of [
      'df from load (2 MiB)',
      'started by ana',
      'Package pandas is 2.1 here',
      'debug/r2-train/train.ipynb'
    ]) {
      expect(node.textContent).toContain(part);
    }
  });

  it.each([
    ['Open with inputs', ['debug train false', 'debug train true'], 1],
    ['Cancel', ['debug train false'], 0]
  ])('%s does what it says', async (button, asked, opened) => {
    const review = new FakeReview();
    const paths: string[] = [];
    const ended = debugStep(step, {
      review,
      trans,
      open: path => paths.push(path)
    });
    const has = (): boolean =>
      [...document.querySelectorAll('.jp-Dialog button')].some(
        one => one.textContent === button
      );
    await settled(has);
    named(document.body, button).click();
    await ended;
    expect(review.asked).toEqual(asked);
    expect(paths.length).toBe(opened);
  });
});

describe('a copy', () => {
  const from = {
    dag_id: 'churn',
    run_id: 'r2',
    step: 'train',
    debug: true,
    failed_cell: 'c30'
  };

  it('says which run made it and leads back to the source', async () => {
    const { done, links } = told();
    const node = await draw(<CopyView from={from} links={links} />);
    expect(node.textContent).toContain('A debug notebook');
    for (const name of [
      'Run up to the failing cell',
      'Apply to the notebook…',
      'Back to source',
      'Show the run'
    ]) {
      await React.act(async () => named(node, name).click());
    }
    expect(done).toEqual([
      'run to failure',
      'apply',
      'source churn',
      'show churn r2'
    ]);
  });

  it('of a test run says when that was, and leads to no page of a run', async () => {
    const local = {
      ...from,
      run_id: 'local__2036-11-22T14-05-40-21899',
      debug: false
    };
    const node = await draw(<CopyView from={local} links={told().links} />);
    expect(node.textContent).toMatch(/Nov 22, 2036, 14:05/);
    expect(node.textContent).not.toContain('Show the run');
  });

  it('is known by its metadata', () => {
    expect(originOf(undefined)).toBeNull();
    expect(originOf({ dag_id: 'churn' })).toEqual({
      dagId: 'churn',
      runId: '',
      step: '',
      debug: false,
      failedCell: ''
    });
  });
});
