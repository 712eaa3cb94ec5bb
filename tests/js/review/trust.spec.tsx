import { NotebookModel, type NotebookPanel } from '@jupyterlab/notebook';
import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import * as React from 'react';
import { HeldBack, heldBack } from '../../../labextension/src/review/held-back';
import { TrustNotice } from '../../../labextension/src/review/trust';
import { draw, named } from '../runs/screen';

const rendermime = new RenderMimeRegistry({
  initialFactories: standardRendererFactories
});

function executed(...outputs: Record<string, string>[]): NotebookModel {
  const notebook = new NotebookModel();
  outputs.forEach((data, index) => {
    notebook.sharedModel.insertCell(index, {
      cell_type: 'code',
      source: '',
      outputs: [
        { output_type: 'display_data', data: { ...data }, metadata: {} }
      ]
    });
  });
  return notebook;
}

const NOTEBOOK: Record<string, string>[] = [
  { 'text/plain': '3' },
  { 'text/html': '<table><tr><td>3</td></tr></table>' },
  { 'text/html': '<div id="p"></div><script>draw("p")</script>' },
  { 'application/javascript': 'draw()', 'text/plain': 'a plot' },
  { 'text/html': '<img src="x" onerror="draw()">' }
];

const WIDGET = 'application/vnd.jupyter.widget-view+json';

describe('widgets, which only a kernel draws', () => {
  it('are neither named nor shown in place of their text', () => {
    const widgets = rendermime.clone();
    const [plain] = standardRendererFactories;
    if (plain) {
      widgets.addFactory({ ...plain, safe: false, mimeTypes: [WIDGET] }, 0);
    }
    const bar = { [WIDGET]: '{}', 'text/plain': '7 of 10' };
    const model = executed(bar, { 'text/html': '<script>draw()</script>' });
    expect(heldBack(model, widgets)).toEqual([1]);
    const held = new HeldBack({
      context: { model, ready: Promise.resolve() },
      content: { rendermime: widgets },
      isDisposed: false
    } as unknown as NotebookPanel);
    held.trust();
    expect(Array.from(model.cells, one => one.trusted)).toEqual([false, true]);
    held.dispose();
  });
});

describe('outputs that no extension of this Lab draws', () => {
  it('are named with what they are, beside what is held back', async () => {
    const model = executed(
      { 'application/vnd.plotly.v1+json': '{}' },
      { 'application/vnd.plotly.v1+json': '{}', 'text/plain': 'a figure' },
      { 'text/html': '<script>draw()</script>' }
    );
    const held = new HeldBack({
      context: { model, ready: Promise.resolve() },
      content: { rendermime },
      isDisposed: false
    } as unknown as NotebookPanel);
    const node = await draw(<TrustNotice held={held} />);
    expect(node.textContent).toContain(
      'Not drawn: an output in cell 1, because no extension of this Lab draws application/vnd.plotly.v1+json.'
    );
    expect(node.textContent).toContain('Held back: an interactive output in');
    held.dispose();
  });
});

/** The frame of what scikit-learn 1.9 gives for a model. */
const ESTIMATOR =
  '<style>.sk-global {}</style><body><div id="sk-container-id-1" class="sk-top-container sk-global">' +
  '<pre>LinearRegression()</pre><button onclick="copyToClipboard()"></button></div><script>function copy() {}</script></body>';

describe('outputs with scripts', () => {
  it('are no models of scikit-learn, whose text tells the same', () => {
    const more = `${ESTIMATOR}<script>draw()</script>`;
    const model = executed({ 'text/html': ESTIMATOR }, { 'text/html': more });
    expect(heldBack(model, rendermime)).toEqual([1]);
  });

  it('are named, and nothing else is', () => {
    expect(heldBack(executed(...NOTEBOOK), rendermime)).toEqual([2, 3, 4]);
  });

  it('stay held back until a person trusts the run', async () => {
    const model = executed(...NOTEBOOK);
    const held = new HeldBack({
      context: { model, ready: Promise.resolve() },
      content: { rendermime },
      isDisposed: false
    } as unknown as NotebookPanel);
    const node = await draw(<TrustNotice held={held} />);
    expect(node.textContent).toContain('interactive outputs in cells 3, 4, 5');
    const trusted = (): boolean[] =>
      Array.from(model.cells, one => one.trusted);
    // A script's click is not a person's.
    await React.act(async () => named(node, 'Trust this run').click());
    expect(trusted()).toEqual([false, false, false, false, false]);
    await React.act(async () => held.trust());
    expect(trusted()).toEqual([true, true, true, true, true]);
    expect(node.textContent).toContain('until the notebook is closed');
    held.dispose();
  });
});
