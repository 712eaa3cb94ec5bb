/** The graph in words: what travels and why, at one place or for all steps. */
import * as React from 'react';
import type { Analysis, Edge } from '../api/_generated';
import { Sentence, useTrans } from '../ui/react';
import { formatBytes } from '../ui/units';
import { findingsOf, groupOf } from './findings';
import type { IStepFacts } from './last-runs';

const SHOWN_REASONS = 8;

/** Names and reason of an edge in one line. */
export function edgeSentence(edge: Edge): string {
  const names = edge.names.join(', ');
  const reasons = edge.reasons.slice(0, SHOWN_REASONS).map(({ why }) => why);
  const why = (reasons.join('; ') || edge.reason).replace(/`/g, '');
  return `${edge.from} → ${edge.to}${names && `: ${names}`}${why && ` (${why})`}`;
}

/** One edge with each name's reason and place. */
export function EdgeDetails(props: {
  edge: Edge;
  facts: ReadonlyMap<string, IStepFacts>;
}): JSX.Element {
  const trans = useTrans();
  const { edge, facts } = props;
  const bytes = facts.get(edge.from)?.bytes ?? 0;
  const names = edge.names.join(', ');
  return (
    <>
      <p>
        <strong>
          {edge.from} → {edge.to}
        </strong>
        {names && `: ${names}`}
        {bytes > 0 &&
          ` · ${trans.__('%1 left %2', edge.from, formatBytes(bytes))}`}
      </p>
      {edge.reasons.length === 0 ? (
        <p>{edge.reason}</p>
      ) : (
        <ul>
          {edge.reasons.slice(0, SHOWN_REASONS).map((reason, index) => (
            <li key={index}>
              <Sentence text={reason.why} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** One step with what is found in it. */
export function StepDetails(props: {
  step: string;
  analysis: Analysis;
  notes: readonly string[];
}): JSX.Element {
  const { step, analysis, notes } = props;
  const known = analysis.steps.find(({ name }) => name === step);
  const findings = (known ? findingsOf(analysis.findings, known) : []).filter(
    finding => groupOf(finding) !== 'fine'
  );
  return (
    <>
      <p>
        <strong>{step}</strong> {notes.join(' · ')}
      </p>
      <ul>
        {findings.map((finding, index) => (
          <li key={index}>
            <Sentence text={finding.message} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** All that the drawing shows, as a list. */
export function GraphList(props: {
  analysis: Analysis;
  notes: ReadonlyMap<string, readonly string[]>;
}): JSX.Element {
  const trans = useTrans();
  const { analysis, notes } = props;
  return (
    <details className="jp-Promote-edgeList">
      <summary>{trans.__('As a list')}</summary>
      <ol>
        {analysis.steps.map(step => (
          <li key={step.name}>
            <strong>{step.name}</strong>{' '}
            {(notes.get(step.name) ?? []).join(' · ')}
            <ul>
              {analysis.edges
                .filter(edge => edge.to === step.name)
                .map(edge => (
                  <li key={edge.from}>{edgeSentence(edge)}</li>
                ))}
            </ul>
          </li>
        ))}
      </ol>
    </details>
  );
}
