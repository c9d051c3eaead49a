/*
 * serve-gallery: show the episodes and their pictures in a browser.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "cli.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "or-die.h"
#include "page/page.h"
#include "serve/launch.h"
#include "serve/listen.h"
#include "serve/request.h"
#include "serve/run.h"
#include "serve/server.h"
#include "serve/tools.h"

#define PORT_MAX 65535
#define PATH_BYTES_MAX 4096
#define JOBS_MAX 1000
#define PAGE_BYTES_MAX (1 << 20) /* bytes of a page without contents */

enum { PORT_FILE = 256, ALLOW_HOST };

static const char usage[] =
	"usage: serve-gallery [-l ADDRESS] [-p PORT] [OPTION ...]\n"
	"Show the episodes and their pictures in a browser, with buttons that redraw\n"
	"them.\n"
	"\n"
	"  -l, --listen=ADDRESS   an IP address of this machine (127.0.0.1)\n"
	"  -p, --port=PORT        0 is any free port (8765)\n"
	"      --port-file=FILE   write the port to FILE when the server listens\n"
	"      --allow-host=NAME  another name of this machine that browsers may\n"
	"                         ask for; may be given more than once\n"
	"  -o, --outputs=DIR      directory of the episodes ($OUTPUTS_DIR, outputs)\n"
	"  -d, --database=FILE    the database ($DATABASE, outputs/limn.db)\n"
	"  -f, --makefile=FILE    the makefile of limn (the one that make finds)\n"
	"  -j, --jobs=N           steps of a job at a time (manage-jobs' default)\n"
	"      --help             print this\n"
	"      --version          print the version\n";

static unsigned
read_number(const char *option, const char *text, unsigned min, unsigned max)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long n = strtoul(text, NULL, 10);

	if (digits == 0 || digits > 5 || text[digits] || n < min || n > max)
		die(EXIT_USAGE, "%s %s: is not a number from %u to %u", option,
			text, min, max);
	return (unsigned)n;
}

/* Set a variable for the tools. */
static void export(const char *name, const char *value)
{
	if (setenv(name, value, 1) != 0)
		die(EXIT_TRY_LATER, "%s:", name);
}

/* Set the store of answers, for plan-episode. */
static void
export_answers(const char *outputs)
{
	struct buf path = BUF_INIT(PATH_BYTES_MAX);

	if (env_get("ANSWERS_DIR"))
		return;
	buf_addf(&path, "%s/.answers", outputs);
	export("ANSWERS_DIR", path.data);
	buf_free(&path);
}

/* Make the parts that all pages of errors have. */
static void
make_pages(struct site *site)
{
	const struct page page = {
		.title = "Sorry", .kind = "problem", .is_served = true
	};
	struct buf policy = BUF_INIT(PAGE_BYTES_MAX), before = policy,
		   after = policy;

	page_policy(&policy, true);
	page_begin(&before, &page);
	buf_adds(&before,
		"<header class=\"top\"><nav><a href=\"/\">Episodes</a></nav>"
		"<h1>Sorry</h1></header>\n<main><p class=\"empty\">");
	buf_adds(&after, "</p></main>\n");
	page_end(&after, &page);
	site->policy = policy.data;
	site->before = before.data;
	site->after = after.data;
}

static void
write_port(const char *path, unsigned port)
{
	char line[16];
	int n = snprintf(line, sizeof line, "%u\n", port);

	file_write_or_die(path, line, (size_t)n);
}

static void *
resume(void *site)
{
	tools_resume(site);
	return NULL;
}

/* Serve until a signal asks us to stop. */
static void
serve(struct site *site, int fd, const sigset_t *signals)
{
	const struct timespec second = { 1, 0 };
	struct failure f;
	pthread_t resumer;

	if (!server_begin(site, fd, &f))
		die_of(&f);
	if (pthread_create(&resumer, NULL, resume, site) != 0)
		die(EXIT_TRY_LATER, "no thread can be started:");
	while (sigtimedwait(signals, NULL, &second) < 0)
		if (errno == EAGAIN)
			server_tick();
	server_end();
	pthread_join(resumer, NULL);
}

static void
block_signals(sigset_t *signals)
{
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
	sigprocmask(SIG_BLOCK, signals, NULL);
}

/* Returns the path of --port-file, or NULL. */
static const char *
read_options(int argc, char **argv, struct site *site, struct address *at)
{
	static const struct option options[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ "port", required_argument, NULL, 'p' },
		{ "outputs", required_argument, NULL, 'o' },
		{ "database", required_argument, NULL, 'd' },
		{ "makefile", required_argument, NULL, 'f' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "port-file", required_argument, NULL, PORT_FILE },
		{ "allow-host", required_argument, NULL, ALLOW_HOST },
		CLI_OPTIONS,
	};
	const char *port_file = NULL;
	struct failure f;
	int c;

	while ((c = cli_next(argc, argv, "l:p:o:d:f:j:", options)) != -1)
		if (c == 'l')
			at->literal = optarg;
		else if (c == 'p')
			at->port = read_number("-p", optarg, 0, PORT_MAX);
		else if (c == 'o')
			site->outputs = optarg;
		else if (c == 'd')
			export("DATABASE", optarg);
		else if (c == 'f')
			site->makefile = optarg;
		else if (c == 'j' && read_number("-j", optarg, 1, JOBS_MAX))
			site->jobs = optarg;
		else if (c == PORT_FILE)
			port_file = optarg;
		else if (c == ALLOW_HOST) {
			if (!access_allow_host(&site->access, optarg, &f))
				die_of(&f);
		}
	env_load_or_die();
	if (optind < argc)
		die(EXIT_USAGE, "%s: it takes no file; see -o", argv[optind]);
	return port_file;
}

int
main(int argc, char **argv)
{
	struct address at = { .literal = "127.0.0.1", .port = 8765 };
	struct site site = { 0 };
	const char *port_file;
	struct failure f;
	sigset_t signals;
	int fd;

	cli_begin("serve-gallery", usage);
	port_file = read_options(argc, argv, &site, &at);
	if (!site.outputs)
		site.outputs = env_get("OUTPUTS_DIR");
	if (!site.outputs)
		site.outputs = "outputs";
	export("OUTPUTS_DIR", site.outputs);
	export_answers(site.outputs);
	if (!launch_begin(&f) || !run_begin(&f) ||
		!access_begin(&site.access, &f))
		die_of(&f);
	make_pages(&site);
	block_signals(&signals);
	fd = listen_at(&at, &f);
	if (fd < 0)
		die_of(&f);
	site.access.port = at.port;
	if (!at.is_loopback)
		warn("%s, port %u: whoever reaches this machine can see "
		     "the pictures, and spend money",
			at.literal, at.port);
	if (port_file)
		write_port(port_file, at.port);
	printf("%s\n", at.url);
	fflush(stdout);
	serve(&site, fd, &signals);
	free(site.policy);
	free(site.before);
	free(site.after);
	return cli_end();
}
