# goals
