import * as React from 'react';
import type { Failure } from '../../../labextension/src/api/_generated';
import { FailedBar } from '../../../labextension/src/failures/failed-bar';
import { FailuresModel } from '../../../labextension/src/failures/failures';
import { runOf } from '../../../labextension/src/runs/place';
import { Unseen } from '../../../labextension/src/failures/unseen';
import { FakeApi } from '../fake-api';
import { told } from '../review/told';
import { FakeReview } from '../runs/fake-review';
import { draw, named } from '../runs/screen';

const failure = (own: Partial<Failure> = {}): Failure => ({
  dagId: 'churn',
  name: 'Churn',
  runId: 'r2',
  at: '2026-11-21T02:14:00Z',
  step: 'train',
  mapIndex: -1,
  cellIndex: 30,
  message: "KeyError: 'age'",
  hint: '',
  whole: 'churn/r2/whole.ipynb',
  ...own
});

class Memory {
  keys: readonly string[] = [];

  load(): Promise<readonly string[]> {
    return Promise.resolve(this.keys);
  }

  save(keys: readonly string[]): Promise<void> {
    this.keys = keys;
    return Promise.resolve();
  }
}

async function counting(review: FakeReview, seen = new Memory()) {
  const model = new FailuresModel({ api: new FakeApi(), review, seen });
  await model.refresh();
  return model;
}

describe('failures', () => {
  it('are unseen until the run was looked at, also after a reload', async () => {
    const review = new FakeReview();
    const memory = new Memory();
    review.failed = [failure(), failure({ dagId: 'sales', name: 'Sales' })];
    const model = await counting(review, memory);
    expect(model.unseen.length).toBe(2);
    await model.see([{ dagId: 'churn', runId: 'r2' }]);
    expect(model.unseen.map(one => one.dagId)).toEqual(['sales']);
    model.dispose();

    const later = await counting(review, memory);
    expect(later.unseen.map(one => one.dagId)).toEqual(['sales']);
    later.dispose();
  });

  it('are new when a repaired run fails again', async () => {
    const review = new FakeReview();
    review.failed = [failure()];
    const model = await counting(review);
    await model.see(model.unseen);
    review.failed = [failure({ at: '2026-11-21T03:00:00Z' })];
    await model.refresh();
    expect(model.unseen.length).toBe(1);
    model.dispose();
  });

  it('are told with their place, and can all be marked as seen', async () => {
    const review = new FakeReview();
    review.failed = [failure()];
    const model = await counting(review);
    const opened: string[] = [];
    const node = await draw(
      <Unseen failures={model} open={path => opened.push(path)} />
    );
    expect(node.textContent).toContain('1 failed run that you have not seen');
    expect(node.textContent).toMatch(
      /Churn failed .* at train, cell 31: KeyError: 'age'/
    );
    await React.act(async () =>
      named(node, 'Review the failed run of Churn').click()
    );
    expect(opened).toEqual(['churn/r2/whole.ipynb']);
    await React.act(async () => named(node, 'Mark all as seen').click());
    expect(node.textContent).toBe('');
    model.dispose();
  });
});

describe('what a command names', () => {
  it('is a run, by its ids or by the path of its notebook', () => {
    expect(runOf({ path: 'churn/a%2Bb/train.ipynb' })).toEqual({
      dagId: 'churn',
      runId: 'a+b'
    });
    expect(runOf({ dagId: 'churn', runId: 'r' })).toEqual({
      dagId: 'churn',
      runId: 'r'
    });
    expect(runOf({ dagId: 'churn', runId: '' })).toBeNull();
  });
});

describe('the bar over a notebook whose pipeline failed', () => {
  it('says where and why, and is gone once it was looked at', async () => {
    const review = new FakeReview();
    review.failed = [failure(), failure({ dagId: 'sales' })];
    const model = await counting(review);
    const { done, links } = told();
    const node = await draw(
      <FailedBar failures={model} dagId={() => 'churn'} links={links} />
    );
    expect(node.textContent).toMatch(
      /Failed .* at train, cell 31: KeyError: 'age'/
    );
    for (const name of ['Review', 'Debug', 'Repair…', 'Dismiss']) {
      await React.act(async () => named(node, name).click());
    }
    expect(done).toEqual([
      'open churn/r2/whole.ipynb',
      'debug r2 train',
      'repair r2 '
    ]);
    expect(node.textContent).toBe('');
    expect(model.unseen.map(one => one.dagId)).toEqual(['sales']);
    model.dispose();
  });
});
