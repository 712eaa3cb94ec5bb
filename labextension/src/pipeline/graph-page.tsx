/** The graph of one notebook, large, in the main area. */
import type { ITranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { coloursOf } from '../tagging/colours';
import type { RunsModel } from '../runs/model';
import { Panel } from '../ui/panel';
import { Translated, useChanges, useTrans } from '../ui/react';
import { Graph } from './graph';
import { factsOf } from './last-runs';
import type { PipelineModel } from './model';
import type { IOpenNotebook } from './pipelines';
import { selectStep } from './steps';

export namespace GraphPage {
  export interface IOptions {
    open: IOpenNotebook;
    translator: ITranslator;
  }
}

export class GraphPage extends Panel {
  constructor(private readonly _options: GraphPage.IOptions) {
    super();
    this.addClass('jp-Promote-graphPage');
  }

  protected override render(): JSX.Element {
    const { open, translator } = this._options;
    return (
      <Translated translator={translator}>
        <NotebookGraph
          pipeline={open.pipeline}
          runs={open.runs}
          onLarge={null}
        />
      </Translated>
    );
  }
}

/** The graph of a notebook, drawn again after each edit and each run. */
export function NotebookGraph(props: {
  pipeline: PipelineModel;
  runs: RunsModel;
  onLarge: (() => void) | null;
}): JSX.Element {
  const trans = useTrans();
  const { pipeline, runs, onLarge } = props;
  useChanges(pipeline);
  useChanges(runs);
  const { analysis } = pipeline;
  const known = runs.runs;
  const facts = React.useMemo(() => factsOf(known), [known]);
  if (analysis === null || analysis.steps.length === 0) {
    return (
      <p className="jp-Promote-empty">{trans.__('No code to run yet.')}</p>
    );
  }
  return (
    <Graph
      analysis={analysis}
      colours={coloursOf(pipeline.notebook, analysis.steps)}
      facts={facts}
      onSelect={step => selectStep(pipeline, analysis, step)}
      onLarge={onLarge}
    />
  );
}
