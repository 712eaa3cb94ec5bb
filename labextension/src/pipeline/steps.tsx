/** The list of steps, each with its findings and its settings; or the offer to make steps. */
import * as React from 'react';
import type { Analysis, Step, SuggestedStep } from '../api/_generated';
import type { RunsModel } from '../runs/model';
import { useSuggestions } from '../tagging/retag';
import { stepNames } from '../tagging/tags';
import { Act } from '../ui/button';
import { stepStyle, useTrans } from '../ui/react';
import { worstOf } from './findings';
import type { PipelineModel } from './model';
import { resourceSummary, ResourcesForm } from './resources';

export function Steps(props: {
  model: PipelineModel;
  analysis: Analysis;
  colours: ReadonlyMap<string, string>;
  runs: RunsModel;
}): JSX.Element {
  const trans = useTrans();
  const { model, analysis, colours, runs } = props;
  if (analysis.steps.length === 0) {
    return (
      <p className="jp-Promote-empty">{trans.__('No code to run yet.')}</p>
    );
  }
  const untagged = stepNames(model.cells).length === 0;
  return (
    <>
      {untagged && <Offer model={model} suggested={analysis.suggested} />}
      <ol className="jp-Promote-steps">
        {analysis.steps.map(step => (
          <StepRow
            key={step.name}
            model={model}
            step={step}
            analysis={analysis}
            runs={runs}
            colour={colours.get(step.name)}
          />
        ))}
      </ol>
    </>
  );
}

/** Show the cells of a step in the notebook and its settings in the list. */
export function selectStep(
  model: PipelineModel,
  analysis: Analysis,
  name: string
): void {
  const first = analysis.steps.find(step => step.name === name)?.cells[0];
  if (first !== undefined) {
    model.reveal(first);
  }
  model.form.open = name;
}

function Offer(props: {
  model: PipelineModel;
  suggested: readonly SuggestedStep[];
}): JSX.Element {
  const trans = useTrans();
  const { model, suggested } = props;
  if (suggested.length < 2) {
    return (
      <p className="jp-Promote-hint">
        {trans.__(
          'The notebook runs as one step. To split it, select a cell and press Ctrl+Shift+Alt+T, or use the step button in the cell’s toolbar.'
        )}
      </p>
    );
  }
  return (
    <div className="jp-Promote-offer">
      <p>
        {suggested.some(step => step.title !== '')
          ? trans.__('Steps from the headings:')
          : trans.__('Steps between which least has to travel:')}{' '}
        <strong>{suggested.map(step => step.name).join(', ')}</strong>
      </p>
      <Act onClick={() => model.retag(useSuggestions(model.cells, suggested))}>
        {trans._n('Use this %1 step', 'Use these %1 steps', suggested.length)}
      </Act>
    </div>
  );
}

function StepRow(props: {
  model: PipelineModel;
  step: Step;
  analysis: Analysis;
  runs: RunsModel;
  colour: string | undefined;
}): JSX.Element {
  const trans = useTrans();
  const { model, step, analysis } = props;
  const open = model.form.open === step.name;
  const worst = worstOf(analysis.findings, step);
  const body = `jp-Promote-step-${step.name}`;
  return (
    <li className="jp-Promote-step" style={stepStyle(props.colour)}>
      <div className="jp-Promote-stepRow">
        <button
          type="button"
          className="jp-Promote-stepButton"
          aria-expanded={open}
          aria-controls={body}
          onClick={() => {
            model.form.open = open ? null : step.name;
          }}
        >
          <span className="jp-Promote-stepName">{step.name}</span>
          <span className="jp-Promote-stepNote">
            {step.automatic ? trans.__('automatic · ') : ''}
            {resourceSummary(step.settings.resources)}
          </span>
          {worst && (
            <span className="jp-Promote-mark" data-group={worst}>
              {worst === 'blocks' ? trans.__('blocks') : trans.__('check')}
            </span>
          )}
        </button>
        <Act
          look="link"
          label={trans.__('Show the cells of %1', step.name)}
          onClick={() => selectStep(model, analysis, step.name)}
        >
          {trans._n('%1 cell', '%1 cells', step.cells.length)}
        </Act>
      </div>
      <div id={body} hidden={!open}>
        {open && (
          <ResourcesForm model={model} step={step.name} runs={props.runs} />
        )}
      </div>
    </li>
  );
}
