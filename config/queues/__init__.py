"""The queue, in Redis or in a folder, and the scheduler of the clock's jobs."""
