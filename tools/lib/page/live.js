// What a served gallery can do beside being looked at: have pictures drawn
// again.  It asks for the price, then for consent, then serve-gallery for a
// job, and follows that to its end.  The job is the server's: it goes on when
// this page is gone, and the page finds it again.
(() => {
'use strict';

const pollMs = 1000;
const pollMostMs = 15000;
const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) =>
	[...root.querySelectorAll(selector)];
const cards = (root = document) => findAll('li.card', root);
const cardOf = id => cards().find(card => card.id === id);
const episode = encodeURIComponent(document.body.dataset.episode);
const page = `/episodes/${episode}`;
const api = `/api/episodes/${episode}`;

function make(name, attributes, ...children) {
	const element = document.createElement(name);

	for (const [key, value] of Object.entries(attributes))
		element.setAttribute(key, value);
	element.append(...children);
	return element;
}

const makeButton = (text, name = '') =>
	make('button', {type: 'button', class: name}, text);
const plural = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
const dollars = usd => `$${usd.toFixed(4)}`;

// --- the server

// It throws only when no server answers.
async function call(path, options = {}) {
	const response = await fetch(path, {cache: 'no-store', ...options});
	let body = null;

	try {
		body = await response.json();
	} catch {
		// not JSON: the status has to do
	}
	return {status: response.status, isOk: response.ok && body !== null, body};
}

const complaint = answer => String(answer.body?.error ??
	`The server answers ${answer.status}.`);
const silence = 'The server doesn\u2019t answer.';

async function fetchPage() {
	const response = await fetch(page, {cache: 'no-store'});

	if (!response.ok)
		return null;
	const text = await response.text();

	return new DOMParser().parseFromString(text, 'text/html');
}

const send = (path, data) => call(path, {
	method: 'POST',
	headers: {
		'Content-Type': 'application/json',
		'X-Limn-Token': document.body.dataset.token,
	},
	body: JSON.stringify(data),
});

// The token is another one when the server was started anew; what it refused
// it hasn't done.
async function post(path, data) {
	const answer = await send(path, data);
	const token = answer.status === 403 &&
		(await fetchPage())?.body.dataset.token;

	if (!token || token === document.body.dataset.token)
		return answer;
	document.body.dataset.token = token;
	return send(path, data);
}

// --- the page, anew

// A card as it came, without what was done to it here.
function pristine(card) {
	const copy = card.cloneNode(true);

	copy.classList.remove('busy');
	copy.removeAttribute('hidden');
	find('details', copy)?.removeAttribute('open');
	return copy;
}

// Cards that are the same stay, open as they are, and don't flicker.
function keepCards(main) {
	const old = new Map(cards().map(card => [card.id, card]));

	for (const card of cards(main)) {
		const same = old.get(card.id);

		if (same && pristine(same).isEqualNode(card))
			card.replaceWith(same);
	}
}

function keepFilter(main) {
	for (const selector of ['input#q', 'select#by-type', 'select#by-method']) {
		const from = find(selector);
		const to = find(selector, main);

		if (!from || !to)
			continue;
		to.value = from.value;
		if (to.selectedIndex === -1)
			to.selectedIndex = 0;
	}
}

function keepFocus(active) {
	const parts = ['button.again', 'a.picture', 'summary', 'input#q', 'select#by-type',
		'select#by-method', 'button#again-all'];
	const part = parts.find(selector => active?.matches(selector));
	const id = active?.closest('li.card')?.id;

	// what was moved has lost it
	if (active?.isConnected)
		return () => active.focus({preventScroll: true});
	return () => part && find(part, id ? cardOf(id) : document)
		?.focus({preventScroll: true});
}

function exchange(fresh) {
	const main = document.importNode(find('main', fresh), true);
	const header = document.importNode(find('header.top', fresh), true);
	const active = document.activeElement;
	const y = scrollY;

	keepFilter(main);
	keepCards(main);
	// what is said of the jobs goes on
	find('div#job', main)?.replaceWith(box);
	find('header.top').replaceWith(header);
	find('main').replaceWith(main);
	document.title = fresh.title;
	document.body.dataset.token = fresh.body.dataset.token;
	document.dispatchEvent(new CustomEvent('limn:page'));
	showBusy();
	keepFocus(active)();
	scrollTo(0, y);
}

async function renew() {
	try {
		const fresh = await fetchPage();

		if (fresh && find('main', fresh) && find('header.top', fresh))
			exchange(fresh);
	} catch {
		// the old page will do until the server is there again
	}
}

// --- jobs

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
	// a step of make has its number, too, among those that run beside it
	const step = message.replace(/^: *\d+\/\d+ +/, ': ');

	switch (job.state) {
	case 'queued':
		return 'Queued';
	case 'running':
		return total ? `Drawing ${done}/${total}${step}` : `Drawing${step}`;
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

// --- consent

const question = make('h2', {id: '_confirm-title'});
const terms = make('div', {'aria-live': 'polite'});
const no = makeButton('Cancel', 'no');
const yes = makeButton('Continue', 'primary yes');
const confirmation = make('dialog', {id: 'confirm', 'aria-labelledby': '_confirm-title'},
	question, terms, make('div', {class: 'acts'}, no, yes));
let order = null;

const limits = [
	['left_usd', 'for this episode', 'MAX_EPISODE_COST_USD'],
	['month_left_usd', 'for this month', 'MAX_MONTH_COST_USD'],
	['total_left_usd', 'in total', 'MAX_TOTAL_COST_USD'],
];

// What each limit that there is leaves; less than nothing is too much.
function limitsOf(plan) {
	return limits.filter(([key]) => typeof plan[key] === 'number')
		.map(([key, what, setting]) => ({left: plan[key], what, setting,
			of: key === 'left_usd' && typeof plan.limit_usd === 'number' ?
				` of $${plan.limit_usd.toFixed(2)}` : ''}));
}

function showTerms(plan) {
	const cost = plan.cost_usd;
	const all = cost === 0 ? [] : limitsOf(plan);
	const over = all.filter(limit => limit.left < 0);
	const key = plan.missing_key;
	const isRefused = Boolean(key) || over.length > 0;
	const drafts = [plan.chapters ?? []].flat().filter(c => c?.state === 'draft').length;
	const buys = [[plan.images, 'image'], [plan.prompts, 'prompt']]
		.filter(([n]) => cost !== 0 && n > 0).map(([n, what]) => plural(n, what));
	const price = cost === 0 ? 'This costs nothing.' :
		`This will cost ~${dollars(cost)}.`;
	const lines = key ? [['bad', `It can\u2019t be bought: ${key} is not set. ` +
		'Put it into .env, or into the environment of the server.']] : over.length ?
		over.map(({left, what, setting}) => ['bad', `That is ${dollars(-left)} ` +
			`more than is left ${what}; raise ${setting} to draw it.`]) :
		all.map(({left, what, of}) =>
			['left', `Left ${what} after it: ${dollars(left)}${of}`]);

	if (buys.length)
		lines.unshift(['left', `To buy: ${buys.join(', ')}`]);
	if (drafts > 0)
		lines.unshift(['left', `To draw: ${plural(drafts, 'storyboard draft')}`]);
	lines.unshift(['price', isRefused ? price : `${price} Continue?`]);
	terms.replaceChildren(...lines.map(([name, text]) =>
		make('p', {class: name}, text)));
	yes.hidden = isRefused;
}

function showTrouble(text) {
	terms.replaceChildren(make('p', {class: 'bad'}, text));
}

async function ask(chapter, force) {
	const asked = order = {force, chapter};
	const query = new URLSearchParams({force: force ? 1 : 0});
	let answer;

	if (chapter)
		query.set('chapter', chapter);
	question.textContent = chapter ? `Regenerate ${chapter}` :
		force ? 'Regenerate all images' : 'Draw the images';
	terms.replaceChildren(make('p', {}, 'Asking for the price\u2026'));
	yes.hidden = true;
	confirmation.showModal();
	try {
		answer = await call(`${api}/plan?${query}`);
	} catch {
		answer = null;
	}
	if (order !== asked)
		return; // it is another question by now
	if (!answer)
		showTrouble(silence);
	else if (!answer.isOk)
		showTrouble(complaint(answer));
	else if (!Number.isFinite(answer.body.cost_usd))
		showTrouble('The plan has no price.');
	else
		showTerms(answer.body);
}

// --- what happens

no.addEventListener('click', () => confirmation.close());
yes.addEventListener('click', () => {
	const agreed = order;

	// a second click is no second order
	order = null;
	confirmation.close();
	if (agreed)
		start(agreed);
});
confirmation.addEventListener('close', () => order = null);
document.addEventListener('click', event => {
	const again = event.target.closest('button.again, button#again-all');
	const id = again?.closest('dialog#viewer')?.dataset.chapter ??
		again?.closest('li.card')?.id;

	// Without a picture there is nothing to be replaced: what was paid for
	// on the way to it is used.
	if (id)
		ask(id, find('a.picture', cardOf(id)) !== null);
	else if (again)
		ask(null, cards().length > 0);
});

document.body.append(confirmation);
resume();
})();
