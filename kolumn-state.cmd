@echo off
rem The service, or one of its commands, from the package that mvnw has made here: the native executable if there is one, else the
rem JVM's, on the Java 25 or newer of JAVA_HOME, of the PATH, or of the usual places. Options of the JVM come first:
rem   kolumn-state
rem   kolumn-state "-Dkolumn.state.backend=memory"
rem   kolumn-state ls team-a/
setlocal DisableDelayedExpansion
set "TOP=%~dp0"

set "NATIVE="
for /f "delims=" %%F in ('dir /b /o:d "%TOP%target\kolumn-state-*-runner.exe" 2^>nul') do set "NATIVE=%TOP%target\%%F"
if defined NATIVE (
  "%NATIVE%" %*
  exit /b
)

set "APP=%TOP%target\quarkus-app"
if not exist "%APP%\quarkus-run.jar" (
  >&2 echo %~n0: there is no package in %TOP%target. Make it: mvnw package -Dmaven.test.skip, in %TOP%
  exit /b 1
)

set "JAVA="
if defined JAVA_HOME call :take "%JAVA_HOME%"
for %%J in (java.exe) do if not defined JAVA if not "%%~$PATH:J"=="" call :take "%%~dp$PATH:J.."
for %%V in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%USERPROFILE%\.jdks") do (
  for /d %%D in ("%%~V\*") do if not defined JAVA call :take "%%~D"
)
if not defined JAVA (
  >&2 echo No Java 25 or newer found: install one ^(winget install EclipseAdoptium.Temurin.25.JDK^) or set JAVA_HOME.
  exit /b 1
)

rem The service and its commands differ in what suits them. The command is what follows the options.
set "FLAGS=-XX:+UseSerialGC -Xms16m -Xmx512m"
set "OPTIONS="
set "COMMAND="
:option
if "%~1"=="" goto start
set "ARGUMENT=%~1"
if not "%ARGUMENT:~0,2%"=="-D" if not "%ARGUMENT:~0,2%"=="-X" goto command
set OPTIONS=%OPTIONS% "%ARGUMENT%"
shift
goto option
:command
if not "%~1"=="serve" set "FLAGS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
:argument
if [%1]==[] goto start
set COMMAND=%COMMAND% %1
shift
goto argument
:start
if exist "%APP%\app.aot" set FLAGS=%FLAGS% -Xlog:aot*=off "-XX:AOTCache=%APP%\app.aot"
"%JAVA%" %FLAGS% %OPTIONS% -jar "%APP%\quarkus-run.jar" %COMMAND%
exit /b

rem Sets JAVA to the one of the folder %1 if its file `release` says 25 or newer.
:take
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "usebackq tokens=1,2 delims==" %%R in ("%~1\release") do if "%%R"=="JAVA_VERSION" for /f "delims=.-+" %%M in ("%%~S") do if %%M geq 25 set "JAVA=%~1\bin\java.exe"
exit /b 0
