import type {Chunk} from '../../policies/model/chunk.ts';
import type {Ruling} from '../../policies/model/revision.ts';

/**
What happens in the demonstration, as it happens: the agent writes these as JSON lines, the story
adds its own, and `--json` prints them all. `ms` is counted from the start of the demonstration.
*/
export type AgentStep =
	| {readonly step: 'started'; readonly login: string}
	| {
			readonly step: 'request';
			readonly method: string;
			readonly url: string;
			readonly status: number;
			readonly note: string;
	  }
	| {
			readonly step: 'denied';
			readonly layer: string;
			readonly detail: string;
			readonly reason: string;
			readonly denial_id: string;
	  }
	| {readonly step: 'read_skill'; readonly path: string; readonly lines: number}
	| {
			readonly step: 'proposed';
			readonly chunk_id: string;
			readonly intent: string;
			readonly operation: unknown;
			readonly broader: boolean;
	  }
	| {
			readonly step: 'waited';
			readonly chunk_id: string;
			readonly status: string;
			readonly policy_reloaded: boolean;
			readonly rejection_reason: string;
			readonly waited_ms: number;
	  }
	| PushStep;

export type PushStep =
	| {readonly step: 'pushing'; readonly commit: string; readonly url: string}
	| {readonly step: 'push_refused'; readonly says: string}
	| {readonly step: 'pushed'; readonly commit: string}
	| {readonly step: 'gave_up'; readonly why: string};

export type StoryStep =
	| {
			readonly step: 'prepared';
			readonly sandbox: string;
			readonly state_dir: string;
			readonly target: 'stand-in' | 'github';
			readonly tier: 'advisory';
			readonly manual: boolean;
	  }
	| {readonly step: 'review'; readonly chunk: Chunk}
	| {
			readonly step: 'ruled';
			readonly chunk_id: string;
			readonly ruling: Ruling['action'];
			readonly by: string;
			readonly revision: number;
	  }
	| {
			readonly step: 'verified';
			readonly repository: boolean;
			readonly commit: boolean;
			readonly commit_id: string;
	  }
	| {readonly step: 'finished'; readonly ok: boolean; readonly why: string};

export type Step = (AgentStep | StoryStep) & {readonly ms?: number};
