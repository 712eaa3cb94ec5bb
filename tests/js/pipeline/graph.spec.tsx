import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type { Analysis, Edge } from '../../../labextension/src/api/_generated';
import { Graph } from '../../../labextension/src/pipeline/graph';
import { edgeSentence } from '../../../labextension/src/pipeline/graph-list';
import { curve, draw } from '../../../labextension/src/pipeline/graph-layout';

const edge = (from: string, to: string, names: string[] = []): Edge => ({
  from,
  to,
  names,
  reason: 'because',
  reasons: []
});

describe('the graph', () => {
  it('puts each step below what it needs', () => {
    const drawing = draw(['a', 'b', 'c'], [edge('a', 'b'), edge('a', 'c')]);
    const [a, b, c] = drawing.nodes;
    expect(b?.y).toBe(c?.y);
    expect(a?.y).toBeLessThan(b?.y ?? 0);
    expect(drawing.lines.map(line => line.edge.to)).toEqual(['b', 'c']);
  });

  it('has the whole of an arrow that goes around other steps', () => {
    const wide = ['plot', 'train', 'report'];
    const drawing = draw(
      ['load', ...wide],
      [
        ...wide.map(name => edge('load', name)),
        edge('plot', 'train'),
        edge('plot', 'report'),
        edge('train', 'report')
      ]
    );
    for (const { points } of drawing.lines) {
      for (const { x, y } of points) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(drawing.width);
        expect(y).toBeLessThanOrEqual(drawing.height);
      }
    }
  });

  it('leaves out edges of steps that are not there', () => {
    expect(draw(['a'], [edge('a', 'gone')]).lines).toEqual([]);
  });

  it('keeps sixty steps apart', () => {
    const steps = [...Array(60).keys()].map(index => `step-${index}`);
    const { nodes } = draw(
      steps,
      steps.slice(1).map((step, index) => edge(`step-${index}`, step))
    );
    expect(new Set(nodes.map(node => `${node.x},${node.y}`)).size).toBe(60);
  });

  it('says what travels and why', () => {
    expect(edgeSentence(edge('a', 'b', ['df', 'm']))).toBe(
      'a → b: df, m (because)'
    );
    expect(edgeSentence(edge('a', 'b'))).toBe('a → b (because)');
    const reasons = [{ why: '`df` bound in cell 1' }, { why: 'and so on' }];
    expect(
      edgeSentence({ ...edge('a', 'b', ['df']), reasons } as unknown as Edge)
    ).toBe('a → b: df (df bound in cell 1; and so on)');
    expect(curve([])).toBe('');
  });

  it('can be walked by keyboard and chooses a step with Enter', () => {
    const step = (name: string) => ({
      name,
      cells: [],
      replay: [],
      settings: {
        resources: {
          cpus: 2,
          gpus: 0,
          memory: null,
          accelerator: null,
          custom: {}
        }
      }
    });
    const analysis = {
      steps: [step('a'), step('b')],
      edges: [edge('a', 'b')],
      findings: [{ severity: 'error', steps: ['a'], message: 'It is `lost`.' }]
    } as unknown as Analysis;
    const chosen: string[] = [];
    const host = document.createElement('div');
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    React.act(() => {
      createRoot(host).render(
        <Graph
          analysis={analysis}
          colours={new Map()}
          facts={new Map([['b', { seconds: 12, bytes: 2048 }]])}
          onSelect={name => chosen.push(name)}
          onLarge={null}
        />
      );
    });
    const nodes = [...host.querySelectorAll('[role=button]')];
    expect(nodes.map(node => node.getAttribute('aria-label'))).toEqual([
      'Step a, 2 CPU, blocks publishing. Show its cells',
      'Step b, 2 CPU, 12 s · 2 KiB. Show its cells'
    ]);
    document.body.append(host);
    React.act(() => {
      nodes[1]?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })
      );
    });
    expect(chosen).toEqual(['b']);
    React.act(() => {
      host
        .querySelector('[role=img]')
        ?.dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
    });
    expect(host.querySelector('[aria-live]')?.textContent).toBe('a → bbecause');
    const list = host.querySelector('details')?.textContent;
    expect(list).toBe('As a lista 2 CPUb 2 CPU · 12 s · 2 KiBa → b (because)');
  });
});

describe('a graph whose notebook is edited', () => {
  const step = (name: string) => ({
    name,
    cells: [],
    settings: { resources: { cpus: 1, gpus: 0, memory: null, custom: {} } }
  });
  const drawn = (names: string[], why: string): JSX.Element => (
    <Graph
      analysis={
        {
          steps: names.map(step),
          edges: names.slice(1).map((to, index) => ({
            ...edge(names[index] ?? '', to),
            reason: why
          })),
          findings: []
        } as unknown as Analysis
      }
      colours={new Map()}
      facts={new Map()}
      onSelect={() => undefined}
      onLarge={null}
    />
  );
  const focus = (node: Element | null | undefined): void =>
    React.act(() => {
      node?.dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
    });

  it('tells of what is pointed at as it is now, and not of what is gone', () => {
    const host = document.createElement('div');
    const root = createRoot(host);
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    React.act(() => root.render(drawn(['a', 'b'], 'before')));
    const note = (): string | null | undefined =>
      host.querySelector('[aria-live]')?.textContent;
    focus(host.querySelector('[role=img]'));
    React.act(() => root.render(drawn(['a', 'b'], 'after')));
    expect(note()).toBe('a → bafter');
    focus(host.querySelector('[role=button]'));
    expect(note()).toContain('a');
    React.act(() => root.render(drawn(['c', 'd'], 'after')));
    expect(note()).toBe(
      'Point at an arrow, or go there with the arrow keys, to see what travels and why.'
    );
    React.act(() => root.unmount());
  });

  it('is shown whole at a wish, and with readable names again', () => {
    const host = document.createElement('div');
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    React.act(() => createRoot(host).render(drawn(['a', 'b'], '')));
    const click = (text: string): string => {
      const button = [...host.querySelectorAll('button')].find(
        found => found.textContent === text
      );
      React.act(() => button?.click());
      return host.querySelector('svg')?.style.minWidth ?? '';
    };
    expect(click('Fit to the page')).toBe('0');
    expect(parseFloat(click('Show the names in full size'))).toBeGreaterThan(0);
  });

  it('is one stop of the Tab key, and its arrow keys lead through steps and arrows', () => {
    const host = document.body.appendChild(document.createElement('div'));
    const root = createRoot(host);
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    React.act(() => root.render(drawn(['a', 'b', 'c'], '')));
    const stops = (): (string | null)[] =>
      [...host.querySelectorAll('svg [tabindex="0"]')].map(part =>
        part.getAttribute('data-place')
      );
    const press = (key: string): string[] => {
      React.act(() => {
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key, bubbles: true })
        );
      });
      const place = document.activeElement?.getAttribute('data-place') ?? '';
      expect(stops()).toEqual([place]);
      return JSON.parse(place);
    };
    expect(stops()).toEqual(['"a"']);
    React.act(() =>
      host.querySelector<SVGElement>('svg [tabindex="0"]')?.focus()
    );
    expect(press('ArrowRight')).toEqual(['a', 'b']);
    expect(press('ArrowDown')).toBe('b');
    expect(press('ArrowDown')).toBe('c');
    expect(press('ArrowDown')).toBe('c');
    expect(press('ArrowLeft')).toEqual(['b', 'c']);
    expect(press('ArrowUp')).toBe('b');
    expect(press('Home')).toBe('a');
    expect(press('End')).toBe('c');
    React.act(() => root.render(drawn(['a', 'd'], '')));
    expect(stops()).toEqual(['"a"']);
    React.act(() => root.unmount());
    host.remove();
  });

  it('has arrowheads of its own, whatever other drawing is hidden', () => {
    const host = document.createElement('div');
    const root = createRoot(host);
    React.act(() =>
      root.render(
        <>
          {drawn(['a', 'b'], '')}
          {drawn(['a', 'b'], '')}
        </>
      )
    );
    const heads = [...host.querySelectorAll('marker')].map(({ id }) => id);
    const lines = [...host.querySelectorAll('[marker-end]')];
    expect(new Set(heads).size).toBe(2);
    expect(lines.map(line => line.getAttribute('marker-end'))).toEqual(
      heads.map(id => `url(#${id})`)
    );
    React.act(() => root.unmount());
  });
});
