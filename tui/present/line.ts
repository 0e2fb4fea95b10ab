/**
Text for a person, before it is painted: pure data that terminal commands and the dashboard share.
Whoever makes a span has cleaned what came from outside.
*/
export type Line = readonly Span[];

export type Span = {readonly text: string; readonly style?: Style};

export type Style = 'label' | 'strong' | 'good' | 'bad' | 'warning' | 'muted';

export const plain = (text: string): Line => [{text}];

export const styled = (style: Style, text: string): Span => ({text, style});

/** What is left when colour is off. */
export const textOf = (line: Line): string => line.map(span => span.text).join('');
