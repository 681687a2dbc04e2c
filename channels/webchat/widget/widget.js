// The chat of the salon's site: one script, no dependencies.
// The server puts three values in the places of "STYLE", "TEXTS" and "SITES" and leaves these comment lines out.
(() => {
	const style = "STYLE", say = "TEXTS", script = document.currentScript, site = script.dataset.site, about = "SITES"[site];
	if (!about || document.querySelector("zabota-chat")) return;

	const base = new URL(".", script.src).href, title = document.title, phone = () => innerWidth < 481;
	const page = new URLSearchParams(location.search);
	let link = page.get("visitor");

	// What outlives a reload. Where the browser forbids it, it lives as long as the page.
	const memory = {}, prefix = `zabota:${site}:`;
	const recall = (name) => {
		try { return JSON.parse(localStorage[prefix + name]); } catch { return memory[name]; }
	};
	const keep = (name, value) => {
		memory[name] = value;
		try { localStorage[prefix + name] = JSON.stringify(value); } catch {}
	};
	const queue = () => recall("queue") || [];

	// By which link the visitor came: the salon reads it on a request.
	const came = page.get("from") || page.get("utm_campaign");
	if (came) keep("source", came);

	// Text goes in as text, never as markup.
	const make = (tag, properties, ...children) => {
		const node = Object.assign(document.createElement(tag), properties);
		node.append(...children);
		return node;
	};
	const LINKS = /(https:\/\/\S+[^\s.,:;!?»)])|(\+7|8 ?\()[\d ()-]{9,}\d/g;
	const linked = (text) => {
		let from = 0;
		const parts = [...text.matchAll(LINKS)].flatMap(({ 0: found, 1: web, index }) => {
			const before = text.slice(from, index), href = web || `tel:${found.replace(/[^\d+]/g, "")}`;
			from = index + found.length;
			return [before, make("a", { href, target: "_blank" }, found)];
		});
		return [...parts, text.slice(from)];
	};
	const chip = (text, token) => make("button", { className: "chip", onclick: () => send({ type: token ? "press" : "message", text, token }) }, text);

	// ---- lines: in the order of their numbers, those still on their way last

	let last = 0, online = false, owner, person = say.person;
	const date = (at) => new Date(at).toLocaleDateString(say.lang, { day: "numeric", month: "long" });

	const build = (line) => {
		const mine = line.author === "client", name = mine ? say.you : line.name || say[line.author] || about.title;
		const text = make("p", { dir: "auto" }, ...linked(line.text)), note = make("small");
		if (line.media) text.append(make("img", { src: new URL(line.media, base), alt: name }));
		text.dataset.face = name[0];
		return make("div", { className: `line ${line.author}`, line, note, hidden: !(line.text || line.media) }, make("b", {}, name), text,
			make("div", {}, ...(line.choices || []).map(({ label, token }) => chip(label, token))), note);
	};
	const find = (key, value) => value && [...lines.children].find((node) => node.line[key] === value);
	const note = (node, state, text) => {
		node.dataset.state = state;
		node.note.textContent = text;
	};

	// Days and names depend on the neighbours: they are attributes, and the style sheet shows them.
	const place = (line) => {
		const known = find("client_id", line.client_id), node = known || build(line), end = atEnd();
		const next = [...lines.children].find((other) => other.line.seq > line.seq && other !== node) || null;
		if (!known || next !== node.nextSibling) lines.insertBefore(node, next);
		node.line = line;
		node.day = date(line.at);
		note(node, "sent", new Date(line.at).toLocaleTimeString(say.lang, { timeStyle: "short" }));
		let day, author, speaker;
		for (const { line, day: date, dataset, classList } of lines.children) {
			dataset.day = day === (day = date) ? "" : day;
			classList.toggle("follows", !dataset.day && author === (author = line.author + line.name));
			dataset.joined = line.author === "manager" && author !== speaker ? say.joined + line.name : "";
			if (line.author !== "client") speaker = author;
		}
		if (end) toEnd();
		return node;
	};
	const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 99;
	const toEnd = () => { scroller.scrollTop = 1e9; };

	// ---- sending: into the queue first, out of it only when the server has the line; one at a time keeps the order

	let flying, socket, running, failures = 0, timer, watch;

	const send = (item) => {
		// A token with a slash is a file under our own address.
		if (/\//.test(item.token)) return open(base + item.token);
		item = { ...item, client_id: Math.random().toString(36).slice(2) + Date.now(), at: Date.now(), source: recall("source") };
		keep("queue", [...queue(), item]);
		pending(item);
		toEnd();
		connect();
		flush();
	};
	const pending = (item) => note(place({ ...item, author: "client", seq: Infinity }), "sending", say.sending);

	const flush = () => {
		const item = queue()[0];
		if (!item || flying || !online) return;
		flying = item.client_id;
		ask(item);
	};
	const landed = (id) => {
		if (flying === id) flying = 0;
		keep("queue", queue().filter((item) => item.client_id !== id));
		flush();
	};
	const refused = ({ client_id: id, retry_after: seconds, text }) => {
		if (seconds) return setTimeout(() => { flying = 0; flush(); }, seconds * 1000);
		const item = queue().find((one) => one.client_id === id), node = find("client_id", id);
		landed(id);
		if (!node) return;
		note(node, "failed", `${text} `);
		node.note.append(make("button", { onclick: () => { node.remove(); send(item); } }, say.retry));
	};

	// ---- the line to the server: WebSocket, and long poll where it does not get through

	const call = async (path, body) => {
		const headers = { "X-Chat-Token": recall("token") };
		return (await fetch(base + path, { method: "POST", headers, body: JSON.stringify(body) })).json();
	};

	// Lives as long as a line lives, then tries again, later and later; the offline line tells.
	const connect = async () => {
		if (running) return;
		running = true;
		clearTimeout(timer);
		try {
			if (link || !recall("token")) {
				const { token, linked } = await call("session", { site, link });
				if (linked || !recall("token")) keep("token", token);
				link = null;
			}
			await talk().catch(poll);
		} catch {}
		running = online = false;
		flying = 0;
		timer = setTimeout(connect, Math.min(3e4, 500 * 2 ** failures++) * (0.5 + Math.random()));
		if (failures > 1) offline.hidden = false;
	};
	const opened = () => {
		online = offline.hidden = true;
		failures = 0;
		flush();
		part("photo");
	};
	const part = async (name, frame) => {
		try { (await import(`${base}${name}.js?lang=${say.lang}`)).default({ form, sheet, recall, place, note, say, make, frame, call }); } catch {}
	};

	// Resolves when a line that worked has ended, rejects when it never worked.
	const talk = () => new Promise((resolve, reject) => {
		socket = new WebSocket(`${base.replace("http", "ws")}ws`, ["zabota.1", recall("token")]);
		patience(9);
		socket.onopen = () => ask({ type: "hello", after: last, language: say.lang });
		socket.onmessage = ({ data }) => {
			if (!online) opened();
			handle(JSON.parse(data));
			patience(flying ? 9 : 60);
		};
		socket.onclose = ({ code }) => {
			if (code === 4401) keep("token", null);
			socket = null;
			(online || code > 4000 ? resolve : reject)();
		};
	});
	const patience = (seconds) => {
		clearTimeout(watch);
		watch = setTimeout(() => socket?.close(), seconds * 1000);
	};
	const poll = async () => {
		for (;;) {
			const { frames } = await call(`poll?after=${last}&wait=${+online}`);
			if (frames[0]?.code === "no_entry") keep("token", null);
			if (frames[0]?.code) throw 0;
			if (!online) opened();
			frames.forEach(handle);
		}
	};
	const ask = async (frame) => {
		if (socket) return patience(9), socket.send(JSON.stringify(frame));
		try { (await call(`send?language=${say.lang}`, frame)).frames.forEach(handle); } catch { refused({ retry_after: 3 }); }
	};

	const handle = (frame) => {
		if (frame.type === "ack") {
			landed(frame.client_id);
		} else if (frame.type === "messages") {
			for (const line of frame.messages) {
				if (line.client_id) landed(line.client_id);
				if (!find("seq", line.seq)) place(line);
				last = Math.max(last, line.seq);
				if (line.author === "manager") person = line.name;
				if (line.author !== "client") typing.hidden = true;
			}
			count();
		} else if (frame.type === "error") {
			refused(frame);
		} else if (frame.type === "typing") {
			typing.hidden = false;
			toEnd();
		} else {
			typing.hidden = true;
			if (frame.token) keep("token", frame.token);
			owner = frame.owner || owner;
			if (frame.onward) part("onward", frame);
		}
		state.textContent = { waiting: say.waiting, human: say.joined + person }[owner] || about.note || say.online;
	};

	// ---- opening, closing, what is unread

	const count = () => {
		if (!panel.hidden && !document.hidden) keep("seen", last);
		const unread = [...lines.children].filter(({ line }) => line.author !== "client" && line.seq > (recall("seen") || 0)).length;
		launcher.ariaLabel = say.chat + (unread ? say.unread + unread : "");
		badge.textContent = unread || "";
		if (unread || count.told) document.title = unread ? `(${unread}) ${title}` : title;
		count.told = unread;
	};
	const show = (open) => {
		panel.hidden = !open;
		launcher.ariaExpanded = open;
		document.documentElement.style.overflow = open && phone() ? "hidden" : "";
		keep("open", open);
		count();
		toEnd();
		if (open) connect();
	};
	const toggle = () => {
		show(panel.hidden);
		(panel.hidden ? launcher : phone() ? panel : input).focus();
	};
	const submit = (event) => {
		event.preventDefault();
		if (input.value.trim()) send({ type: "message", text: input.value.trim() });
		input.value = "";
	};
	const fit = () => {
		root.style.setProperty("--height", `${visualViewport.height}px`);
		root.style.setProperty("--top", `${visualViewport.offsetTop}px`);
	};

	const lines = make("div");
	const hello = build({ author: "bot", text: say.hello, choices: say.starters.map((label) => ({ label })) });
	const typing = make("div", { className: "line bot typing", hidden: true }, make("p", {}, say.typing));
	const scroller = make("div", { className: "log", tabIndex: 0, role: "log", ariaLabel: about.title }, hello, lines, typing);
	const state = make("span", {}, about.note || say.online);
	const offline = make("p", { className: "offline", role: "status", hidden: true }, say.offline);
	const input = make("textarea", {
		maxLength: 4000, rows: 1, placeholder: say.placeholder, ariaLabel: say.placeholder,
		onkeydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event); },
	});
	const form = make("form", { onsubmit: submit }, input, make("button", { className: "send", ariaLabel: say.send }));
	const panel = make("section", { role: "dialog", ariaLabel: about.title, tabIndex: -1, onkeydown: ({ key }) => { if (key === "Escape") toggle(); } },
		make("header", {}, make("i", {}, about.title[0]), make("h2", {}, about.title, state),
			make("button", { className: "close", ariaLabel: say.close, onclick: toggle }, "×")),
		scroller, offline, form);
	const badge = make("span", { className: "badge" });
	const launcher = make("button", { className: "launcher", onclick: toggle }, badge);
	const root = make("div", { className: "root" }, panel, launcher);

	const host = make("zabota-chat"), sheet = new CSSStyleSheet();
	sheet.replaceSync(style);
	host.attachShadow({ mode: "open" }).append(root);
	host.shadowRoot.adoptedStyleSheets = [sheet];
	root.style.setProperty("--accent", about.accent);
	(document.body || document.documentElement).append(host);
	visualViewport.onresize = visualViewport.onscroll = fit;
	addEventListener("online", connect);
	addEventListener("focus", count);
	queue().forEach(pending);
	show(recall("open") || false);
	if (recall("token") || link) connect();
})();
