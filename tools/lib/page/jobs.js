// Jobs: what serve-gallery has drawn, followed to its end.  A job is the server's:
// it goes on when this page is gone, and the page finds it again.
(() => {
'use strict';

const {api, call, cards, complaint, find, findAll, make, makeButton, post, renew,
	silence} = limn;
const pollMs = 1000;
const pollMostMs = 15000;
// A job as it is used here, whatever the answer is like; null: it is none.
function asJob(body) {
	const count = n => Number.isSafeInteger(n) && n > 0 ? n : 0;
	const chapter = body?.args?.chapter;

	return Number.isSafeInteger(body?.job_id) ? {
		job_id: body.job_id,
		state: String(body.state),
		cancelled: body.cancelled === true,
		message: String(body.message ?? ''),
		args: {chapter: typeof chapter === 'string' ? chapter : null},
		progress: {done: count(body.progress?.done),
			total: count(body.progress?.total)},
	} : null;
}

const box = find('div#job');
const rows = new Map(); // by the job's id: {job, row, text, bar, button}
const isActive = job => job.state === 'queued' || job.state === 'running';
const active = () => [...rows.values()].filter(entry => isActive(entry.job));
let failures = 0;
let timer = 0;

function sayingOf(job) {
	const {done, total} = job.progress;
	const message = job.message ? `: ${job.message}` : '';

	switch (job.state) {
	case 'queued':
		return 'Queued';
	case 'running':
		return total ? `Drawing ${done}/${total}${message}` : `Drawing${message}`;
	case 'done':
		return `Done${message}`;
	case 'cost_limit':
		return `Stopped${message}`;
	default:
		return job.cancelled ? 'Cancelled' : `Failed${message}`;
	}
}

// It is read aloud when it changes, so it is only changed when it is new.
function setText(element, text) {
	if (element.textContent !== text)
		element.textContent = text;
}

function showBusy() {
	const busy = new Set(active().map(entry => entry.job.args.chapter));

	for (const card of cards())
		card.classList.toggle('busy', busy.has(card.id));
	box.hidden = !box.firstChild;
}

function addRow(what) {
	const text = make('span', {});
	const bar = make('progress', {'aria-label': 'Progress'});
	const button = makeButton('Dismiss');
	const row = make('div', {class: 'job'},
		make('p', {}, make('strong', {}, what), ' ', text), bar, button);

	bar.hidden = true;
	button.onclick = () => {
		row.remove();
		showBusy();
	};
	box.append(row);
	box.hidden = false;
	return {row, text, bar, button};
}

function sayFailure(what, text) {
	const entry = addRow(what);

	entry.row.classList.add('bad');
	entry.text.textContent = text;
}

async function cancel(entry) {
	entry.button.disabled = true;
	entry.button.textContent = 'Cancelling\u2026';
	try {
		const answer = await post(`/api/jobs/${entry.job.job_id}/cancel`, {});

		const job = answer.isOk && asJob(answer.body);

		if (job)
			return follow(job);
		setText(entry.text, complaint(answer));
	} catch {
		setText(entry.text, silence);
	}
	entry.button.disabled = false;
	entry.button.textContent = 'Cancel';
}

function showJob(entry) {
	const {job, row, text, bar, button} = entry;
	const {done, total} = job.progress;

	row.dataset.state = job.state;
	row.classList.toggle('bad', !isActive(job) && job.state !== 'done');
	setText(text, sayingOf(job));
	bar.hidden = job.state !== 'running' || !total;
	bar.max = total || 1;
	bar.value = done;
	if (isActive(job)) {
		if (!button.disabled)
			button.textContent = 'Cancel';
		button.onclick = () => cancel(entry);
		return;
	}
	button.disabled = false;
	button.textContent = 'Dismiss';
	button.onclick = () => {
		row.remove();
		rows.delete(job.job_id);
		showBusy();
	};
}

// Show a job as it is now; says whether there is something new to see.
function update(job) {
	const entry = rows.get(job.job_id) ?? addRow(job.args.chapter ?? 'All images');
	const was = entry.job;

	entry.job = job;
	rows.set(job.job_id, entry);
	showJob(entry);
	return was && isActive(was) &&
		(!isActive(job) || was.progress.done !== job.progress.done);
}

function schedule() {
	clearTimeout(timer);
	if (active().length)
		timer = setTimeout(poll,
			Math.min(pollMs * 2 ** failures, pollMostMs));
}

async function follow(job) {
	const isNews = update(job);

	showBusy();
	schedule();
	if (isNews)
		await renew();
}

async function pollJob(entry) {
	const answer = await call(`/api/jobs/${entry.job.job_id}`);

	const job = answer.isOk && asJob(answer.body);

	if (job)
		return update(job);
	if (answer.status !== 404)
		throw new Error(complaint(answer));
	return update({...entry.job, state: 'failed', message: complaint(answer)});
}

async function poll() {
	let isNews = false;

	try {
		for (const entry of active())
			isNews = await pollJob(entry) || isNews;
		failures = 0;
	} catch {
		failures++;
		for (const entry of active())
			setText(entry.text, `${silence} The job goes on; trying again.`);
	}
	if (isNews)
		await renew();
	showBusy();
	schedule();
}

function forgetEnded() {
	for (const [id, entry] of rows)
		if (!isActive(entry.job))
			rows.delete(id);
	for (const row of findAll('.job', box))
		if (![...rows.values()].some(entry => entry.row === row))
			row.remove();
}

async function start(order) {
	const what = order.chapter ?? 'All images';

	find('dialog#viewer')?.close();
	forgetEnded();
	try {
		const answer = await post('/api/jobs', {
			command: 'imagegen',
			episode_id: document.body.dataset.episode,
			args: order,
		});

		const job = answer.isOk && asJob(answer.body);

		if (job)
			return follow(job);
		sayFailure(what, complaint(answer));
	} catch {
		sayFailure(what, silence);
	}
}

// At load: what still goes on, else what went wrong last.
async function resume() {
	let answer;

	try {
		answer = await call(`${api}/jobs`);
	} catch {
		return;
	}
	if (!Array.isArray(answer.body))
		return;
	const jobs = answer.body.map(asJob).filter(job => job);
	const going = jobs.filter(isActive).reverse();
	const last = jobs[0];

	going.forEach(update);
	if (!going.length && last && last.state !== 'done' && !last.cancelled)
		update(last);
	showBusy();
	schedule();
}

document.addEventListener('limn:page', showBusy);
limn.start = start;
resume();
})();
